// The API server as kubectl would reach it: the kubeconfig, its contexts, certificates, tokens and helpers, by Kubernetes' own
// client; the few calls of a run are made here.

import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { type RequestOptions, request as secureRequest } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { VERSION } from "../../documents/version.ts";

export interface Connection {
  readonly namespace: string;
  /** The answer, read as JSON. Throws ApiError for what the server refuses, Unreachable where there is no answer. */
  call(method: Method, path: string, body?: object): Promise<Answer>;
  /** The answer as it comes: to be destroyed by whoever has enough. */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage>;
}

export type Method = "GET" | "POST" | "PATCH" | "DELETE";
export type Answer = Readonly<Record<string, unknown>>;

export interface ConnectionOptions {
  readonly context?: string;
  readonly namespace?: string;
}

/** What the server said instead of doing it. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** There was no whole answer. */
export class Unreachable extends Error {}

/** Reads the kubeconfig; the server is not asked yet. Throws UserError. */
export async function connect({ context, namespace }: ConnectionOptions): Promise<Connection> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  loadInto(config, context);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw noCluster(`the kubeconfig has no context "${config.getCurrentContext()}"`);
  const server = cluster.server.replace(/\/+$/, "");
  const own = namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? inPod(config);
  return {
    namespace: own,
    call: async (method, path, body) => readAnswer(await open(config, server, { method, path, body })),
    stream: async (path, signal) => {
      const answer = await open(config, server, { method: "GET", path, signal });
      return isGood(answer) ? answer : Promise.reject(await errorOf(answer));
    },
  };
}

function loadInto(config: KubeConfig, context: string | undefined): void {
  try {
    config.loadFromDefault();
  } catch (error) {
    throw noCluster(`the kubeconfig cannot be read: ${(error as Error).message}`);
  }
  if (config.getCurrentCluster()?.name === "cluster" && config.getCurrentContext() === "loaded-context")
    throw noCluster("there is no kubeconfig, and this is no pod of a cluster");
  if (context === undefined) return;
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context))
    throw noCluster(`the kubeconfig has no context "${context}" (it has ${names.join(", ") || "none"})`);
  config.setCurrentContext(context);
}

const noCluster = (message: string) =>
  mistake("no-cluster", message, "see `kubectl config get-contexts`; KUBECONFIG and --context say which one");

/** Where the client finds itself in a pod, it names the pod's namespace itself. */
const inPod = (config: KubeConfig): string =>
  config.getContextObject("inClusterContext")?.namespace ?? "default";

interface Call {
  readonly method: Method;
  readonly path: string;
  readonly body?: object | undefined;
  readonly signal?: AbortSignal;
}

/** How long a server may say nothing before it has begun to answer. */
const SILENCE_MS = 30_000;

/** Tokens and certificates are asked for again each time: they may have been renewed since. */
async function open(config: KubeConfig, server: string, call: Call): Promise<IncomingMessage> {
  const { method, path, body, signal } = call;
  const url = new URL(`${server}${path}`);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options: RequestOptions = {
    method,
    headers: {
      accept: "application/json",
      "user-agent": `baton/${VERSION}`,
      ...(text === undefined ? {} : contentOf(method, text)),
    },
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new ApiError(401, "Unauthorized", (error as Error).message);
  }
  const request = url.protocol === "http:" ? plainRequest : secureRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Unreachable(error.message));
    const asked: ClientRequest = request(url, options, (answer) => {
      asked.setTimeout(0);
      resolve(answer);
    });
    asked.setTimeout(SILENCE_MS, () => asked.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
    asked.once("error", fail);
    asked.end(text);
  });
}

/** With its length: Node sends what comes with DELETE without any frame. */
const contentOf = (method: Method, text: string) => ({
  "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
  "content-length": Buffer.byteLength(text),
});

const isGood = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 200 && statusCode < 300;

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  if (!isGood(answer)) throw await errorOf(answer);
  try {
    return JSON.parse(await textOf(answer)) as Answer;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unreachable("what answers there is no API server");
    throw error;
  }
}

/** The server's own words are a Status; a proxy before it has others. */
async function errorOf(answer: IncomingMessage): Promise<ApiError> {
  const text = await textOf(answer).catch(() => "");
  const status = answer.statusCode ?? 0;
  try {
    const { reason, message } = JSON.parse(text) as { readonly reason?: unknown; readonly message?: unknown };
    return new ApiError(status, String(reason ?? ""), String(message ?? text));
  } catch {
    return new ApiError(status, "", text.trim().slice(0, 500) || (answer.statusMessage ?? ""));
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of answer) pieces.push(piece as Buffer);
  } catch (error) {
    throw new Unreachable((error as Error).message);
  }
  return Buffer.concat(pieces).toString("utf8");
}
