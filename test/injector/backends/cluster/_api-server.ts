// An API server in this process, with pods whose node is a script of the test. What the real one does is tried by
// test/kubelet/run.test.ts.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Object_ {
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  status?: { [field: string]: unknown };
  [field: string]: unknown;
}

export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

interface Log {
  text: string;
  over: boolean;
}

const LISTS = ["pods", "configmaps", "secrets"];

export class ApiServer {
  readonly token = "token";
  readonly calls: string[] = [];
  /** What is asked for next and is not given. */
  refuse: ((method: string, path: string) => Refusal | undefined) | undefined;
  /** Called with each pod that is made. */
  onPod: ((pod: Object_) => void) | undefined;
  port = 0;
  version = "35";
  readonly #objects = new Map<string, Object_>();
  readonly #logs = new Map<string, Log>();
  readonly #changed = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  #history: { version: number; type: string; object: Object_ }[] = [];
  #version = 100;
  #server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    this.drop();
    await closed;
  }

  /** Breaks every connection off. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What a watch from before now would need is forgotten. */
  forget(): void {
    this.#history = [];
  }

  get left(): readonly string[] {
    return [...this.#objects.keys()];
  }

  get kubeconfig(): string {
    const server = `http://127.0.0.1:${this.port}`;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "stub", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "me", user: { token: this.token } }],
      contexts: [{ name: "stub", context: { cluster: "stub", user: "me", namespace: "default" } }],
      "current-context": "stub",
    });
  }

  pod(name: string): Object_ | undefined {
    return this.#objects.get(`pods/${name}`);
  }

  /** As a kubelet or a controller would. */
  change(name: string, change: (pod: Object_) => void): void {
    const pod = this.pod(name);
    if (pod === undefined) return;
    change(pod);
    this.#put(`pods/${name}`, pod, "MODIFIED");
  }

  delete(key: string): void {
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.endLogs(object.metadata.name);
    this.#tell(key, object, "DELETED");
  }

  say(pod: string, container: string, text: string): void {
    this.#log(pod, container).text += text;
    this.#wake();
  }

  endLog(pod: string, container: string): void {
    this.#log(pod, container).over = true;
    this.#wake();
  }

  /** None of its containers runs any more. */
  endLogs(pod: string): void {
    for (const [key, log] of this.#logs) if (key.startsWith(`${pod}/`)) log.over = true;
    this.#wake();
  }

  #log(pod: string, container: string): Log {
    const key = `${pod}/${container}`;
    const log = this.#logs.get(key) ?? { text: "", over: false };
    this.#logs.set(key, log);
    return log;
  }

  #put(key: string, object: Object_, type: string): void {
    this.#objects.set(key, object);
    this.#tell(key, object, type);
  }

  #tell(key: string, object: Object_, type: string): void {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    if (key.startsWith("pods/"))
      this.#history.push({ version: this.#version, type, object: structuredClone(object) });
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#changed]) wake();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET" } = request;
    const url = new URL(request.url ?? "", "http://stub");
    this.calls.push(`${method} ${url.pathname}`);
    const refusal =
      request.headers.authorization === `Bearer ${this.token}`
        ? this.refuse?.(method, url.pathname)
        : { code: 401, reason: "Unauthorized", message: "Unauthorized" };
    if (refusal !== undefined) send(response, refusal.code, statusOf(refusal));
    else if (url.pathname === "/version") send(response, 200, { major: "1", minor: this.version });
    else await this.#answerOf(request, response, url);
  }

  async #answerOf(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { method = "GET" } = request;
    const [, kind = "", name = "", what] =
      /^\/api\/v1\/namespaces\/default\/([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?$/.exec(url.pathname) ?? [];
    const isWatch = method === "GET" && name === "" && url.searchParams.get("watch") === "true";
    if (!LISTS.includes(kind)) send(response, 404, NOT_FOUND);
    else if (what === "log") this.#followLog(response, name, url.searchParams.get("container") ?? "");
    else if (isWatch) this.#watch(response, url.searchParams);
    else send(response, ...this.#do(method, kind, name, await bodyOf(request)));
  }

  #do(method: string, kind: string, name: string, body: Partial<Object_>): readonly [number, object] {
    if (method === "POST") return this.#create(kind, body as Object_);
    if (method === "GET" && name === "") {
      const items = [...this.#objects].filter(([key]) => key.startsWith(`${kind}/`)).map(([, one]) => one);
      return [200, { items }];
    }
    const key = `${kind}/${name}`;
    const object = this.#objects.get(key);
    if (object === undefined) return [404, NOT_FOUND];
    if (method === "PATCH") {
      Object.assign(object.metadata, body.metadata);
      this.#put(key, object, "MODIFIED");
    }
    if (method === "DELETE") this.delete(key);
    return [200, object];
  }

  #create(kind: string, object: Object_): readonly [number, object] {
    const key = `${kind}/${object.metadata.name}`;
    if (this.#objects.has(key))
      return [409, statusOf({ code: 409, reason: "AlreadyExists", message: `"${key}" already exists` })];
    object.metadata.uid = `uid-${this.#version}`;
    if (kind === "pods") object.status = { phase: "Pending" };
    this.#put(key, object, "ADDED");
    if (kind === "pods") setImmediate(() => this.onPod?.(object));
    return [201, object];
  }

  #watch(response: ServerResponse, query: URLSearchParams): void {
    let from = Number(query.get("resourceVersion"));
    const name = query.get("fieldSelector")?.replace("metadata.name=", "");
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    const oldest = this.#history[0]?.version ?? this.#version + 1;
    if (from + 1 < oldest && from < this.#version) {
      response.end(
        `${JSON.stringify({ type: "ERROR", object: statusOf({ code: 410, reason: "Expired", message: "too old" }) })}\n`,
      );
      return;
    }
    const tell = () => {
      for (const { version, type, object } of this.#history)
        if (version > from && object.metadata.name === name) {
          from = version;
          response.write(`${JSON.stringify({ type, object })}\n`);
        }
    };
    this.#changed.add(tell);
    response.once("close", () => this.#changed.delete(tell));
    tell();
  }

  #followLog(response: ServerResponse, name: string, container: string): void {
    const pod = this.pod(name);
    if (pod === undefined) send(response, 404, NOT_FOUND);
    else if (isUp(pod, container)) this.#tellLog(response, this.#log(name, container));
    else send(response, 400, statusOf({ code: 400, reason: "BadRequest", message: "is waiting to start" }));
  }

  #tellLog(response: ServerResponse, log: Log): void {
    response.writeHead(200, { "content-type": "text/plain" }).flushHeaders();
    let told = 0;
    const tell = () => {
      if (log.text.length > told) response.write(log.text.slice(told));
      told = log.text.length;
      if (log.over) response.end();
    };
    this.#changed.add(tell);
    response.once("close", () => this.#changed.delete(tell));
    tell();
  }
}

const NOT_FOUND = { kind: "Status", code: 404, reason: "NotFound", message: "not found" };

const statusOf = (refusal: Refusal): object => ({ kind: "Status", ...refusal });

function isUp(pod: Object_ | undefined, container: string): boolean {
  const statuses = (pod?.status?.["containerStatuses"] ?? []) as readonly { name: string; state: object }[];
  return statuses.some(({ name, state }) => name === container && !("waiting" in state));
}

function send(response: ServerResponse, code: number, answer: object): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

async function bodyOf(request: IncomingMessage): Promise<Partial<Object_>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString("utf8");
  return text === "" ? {} : JSON.parse(text);
}
