// Docker's API on its socket, which the command line speaks too: without a process for each question. Only the calls that
// a run needs; the version is one that every engine since 2017 has.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";

export interface Api {
  /** The answer as JSON; undefined where it has no content. Rejects with ApiError. */
  ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T>;
  /** The answer as a stream, which ends when the engine has no more to say. */
  stream(method: "GET" | "POST", path: string, body?: object): Promise<Duplex | IncomingMessage>;
}

/** `status` 0: it could not be asked. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Where docker's command line would ask; undefined where that is no socket of this machine. */
export function dockerSocket(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const host = environment["DOCKER_HOST"] || hostOfContext(environment) || "unix:///var/run/docker.sock";
  return host.startsWith("unix://") ? host.slice("unix://".length) : undefined;
}

export const dockerApi = (socketPath: string): Api => ({
  async ask(method, path, body) {
    const answer = await send(socketPath, method, path, body);
    const text = await textOf(answer);
    if ((answer.statusCode ?? 0) >= 400) throw new ApiError(answer.statusCode ?? 0, messageIn(text));
    return text === "" ? undefined : JSON.parse(text);
  },
  async stream(method, path, body) {
    const answer = await send(socketPath, method, path, body);
    if ((answer.statusCode ?? 0) >= 400)
      throw new ApiError(answer.statusCode ?? 0, messageIn(await textOf(answer)));
    return answer;
  },
});

/** What it is, and on which machine. */
export async function askInfo(): Promise<unknown> {
  const socket = dockerSocket();
  return socket === undefined ? undefined : dockerApi(socket).ask("GET", "/info");
}

const VERSION = "/v1.30";

function send(socketPath: string, method: string, path: string, body?: object): Promise<IncomingMessage> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    content === undefined
      ? {}
      : { "content-type": "application/json", "content-length": Buffer.byteLength(content) };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path: VERSION + path, headers, agent: false }, resolve);
    asked.once("error", (error) => reject(new ApiError(0, error.message)));
    asked.end(content);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of answer) pieces.push(piece as Buffer);
  } catch (error) {
    throw new ApiError(0, (error as Error).message);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { readonly message?: unknown }).message ?? text);
  } catch {
    return text;
  }
}

/** Of the context that was chosen with `docker context use`, or by its variable. */
function hostOfContext(environment: NodeJS.ProcessEnv): string | undefined {
  const folder = environment["DOCKER_CONFIG"] || join(homedir(), ".docker");
  const config = readJson(join(folder, "config.json")) as { readonly currentContext?: string } | undefined;
  const context = environment["DOCKER_CONTEXT"] || config?.currentContext;
  if (context === undefined || context === "" || context === "default") return undefined;
  const id = createHash("sha256").update(context).digest("hex");
  const meta = readJson(join(folder, "contexts/meta", id, "meta.json")) as
    | { readonly Endpoints?: { readonly docker?: { readonly Host?: string } } }
    | undefined;
  return meta?.Endpoints?.docker?.Host ?? "unknown:";
}

function readJson(file: string): unknown {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  } catch {
    return undefined;
  }
}
