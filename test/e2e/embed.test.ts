// examples/embed: the controller as a process of its own, on an API server's HTTP interface that remembers what it is told.
import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { folder, ROOT, taskOf } from "./_baton.ts";

interface Stored {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

/** Answers as Kubernetes does for ConfigMaps and pods, by the paths of its API. `onStored` is told of each object that came. */
async function apiServer(objects: Map<string, Stored>, onStored: (object: Stored) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").replace(/\?.*/, "");
    const sent = await stored(request, path, objects);
    const body = sent ?? answerTo(path, objects);
    response.writeHead(body === NOTHING ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
    if (sent !== undefined) onStored(sent);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What is made (POST, to the path of its kind) or replaced (PUT). */
async function stored(
  request: IncomingMessage,
  path: string,
  objects: Map<string, Stored>,
): Promise<Stored | undefined> {
  if (request.method !== "POST" && request.method !== "PUT") return undefined;
  const object = JSON.parse(await textOf(request)) as Stored;
  objects.set(request.method === "POST" ? `${path}/${object.metadata.name}` : path, object);
  return object;
}

function answerTo(path: string, objects: ReadonlyMap<string, Stored>): object {
  if (path === "/api/v1") return { kind: "APIResourceList", resources: RESOURCES };
  if (!/\/(pods|configmaps)$/.test(path)) return objects.get(path) ?? NOTHING;
  const items = [...objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, object]) => object);
  return { kind: "List", apiVersion: "v1", items };
}

const NOTHING = { kind: "Status", apiVersion: "v1", status: "Failure", code: 404 };
const RESOURCES = [
  { name: "pods", kind: "Pod", namespaced: true },
  { name: "configmaps", kind: "ConfigMap", namespaced: true },
];

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

const at = (kind: string, name: string) => `/api/v1/namespaces/ci/${kind}/${name}`;

test("a Task in a ConfigMap becomes a pod, and its ending comes back", async () => {
  const objects = new Map<string, Stored>();
  const asked = (name: string, text: string): Stored => ({
    ...{ apiVersion: "v1", kind: "ConfigMap" },
    metadata: { name, namespace: "ci", labels: { "example.org/task": "true" } } as Stored["metadata"],
    data: { "task.yaml": text },
  });
  const task = taskOf({ say: "true" }, "results: [{name: greeting}]").replace(
    "- name: say",
    "- name: say\n      image: busybox",
  );
  objects.set(at("configmaps", "first"), asked("first", task));
  objects.set(at("configmaps", "wrong"), asked("wrong", "kind: Tusk\n"));
  let isTold = () => {};
  const told = new Promise<void>((resolve) => {
    isTold = resolve;
  });
  const server = await apiServer(objects, (object) => {
    // The kubelet's part: the pod has run, and its step has left a result.
    if (object.kind === "Pod")
      objects.set(at("pods", object.metadata.name), {
        ...object,
        status: {
          phase: "Succeeded",
          containerStatuses: [{ state: { terminated: { message: MESSAGE } } }],
        },
      });
    else if ("state" in (object["data"] as object)) isTold();
  });
  await runController(server, told);
  expect(objects.get(at("pods", "first"))).toMatchObject({
    spec: { containers: [{ name: "step-say", command: ["/tekton/bin/entrypoint"] }] },
  });
  expect(objects.get(at("configmaps", "first"))).toMatchObject({
    data: { state: "Succeeded", results: '[{"key":"greeting","value":"hello","type":1}]' },
  });
  expect(objects.has(at("pods", "wrong"))).toBe(false);
});

const MESSAGE = JSON.stringify([
  { key: "greeting", value: "hello", type: 1 },
  { key: "StartedAt", value: "now", type: 3 },
]);

/** Until `told`; then it is ended. */
async function runController(server: string, told: Promise<void>): Promise<void> {
  const user = `apiVersion: v1
kind: Config
current-context: it
contexts: [{name: it, context: {cluster: it, user: it, namespace: ci}}]
clusters: [{name: it, cluster: {server: "${server}", insecure-skip-tls-verify: true}}]
users: [{name: it, user: {}}]
`;
  const { path } = folder({ kubeconfig: user });
  mkdirSync(join(path, "node_modules"));
  symlinkSync(ROOT, join(path, "node_modules/baton-run"));
  symlinkSync(join(ROOT, "node_modules/@kubernetes"), join(path, "node_modules/@kubernetes"));
  await build({
    entryPoints: [join(ROOT, "examples/embed/controller.ts")],
    ...{ outfile: join(path, "controller.mjs"), format: "esm", platform: "node" },
  });
  const controller = spawn(process.execPath, ["controller.mjs"], {
    cwd: path,
    env: { ...process.env, KUBECONFIG: join(path, "kubeconfig"), NAMESPACE: "ci", INTERVAL_MS: "50" },
  });
  let said = "";
  for (const stream of [controller.stdout, controller.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const ended = new Promise<void>((resolve) => controller.once("close", () => resolve()));
  await Promise.race([
    told,
    ended.then(() => {
      throw new Error(`the controller ended:\n${said}`);
    }),
  ]);
  controller.kill();
  await ended;
}
