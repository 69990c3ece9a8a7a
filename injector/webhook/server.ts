// The server of the webhook: TLS whose certificate may be renewed while it runs, a limit on each body and each request, and what
// those who look after it ask for.

import { readFileSync, watch } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { mistake } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import type { InjectOptions } from "../inject/inject.ts";
import { Metrics } from "./metrics.ts";
import { review } from "./review.ts";

export interface WebhookOptions extends InjectOptions {
  readonly port: number;
  /** Files, PEM. */
  readonly certificate: string;
  readonly key: string;
  /** A line of the log: one object each. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface Webhook {
  readonly port: number;
  /** Answers what it has, and takes no more. */
  stop(): Promise<void>;
}

/** An API server takes no object over 3 MiB, and a review may hold an old one, too. */
const LARGEST_BODY = 8 << 20;
const LONGEST_REQUEST_MS = 10_000;

/** Resolves when it listens. Throws UserError for what is wrong with the certificate or the port. */
export async function startWebhook(options: WebhookOptions): Promise<Webhook> {
  const { certificate, key, log } = options;
  const metrics = new Metrics();
  let isStopping = false;
  const pages = new Map<string, () => Answer>([
    ["/healthz", () => OK],
    ["/readyz", () => (isStopping ? { code: 503, text: "stopping\n" } : OK)],
    ["/metrics", () => ({ code: 200, text: metrics.text() })],
  ]);
  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (path !== "/inject") return (pages.get(path) ?? nowhere)();
    return request.method === "POST" ? reviewed(request) : { code: 405, text: "a review is a POST\n" };
  };
  const reviewed = async (request: IncomingMessage): Promise<Answer> => {
    const from = performance.now();
    const body = await bodyOf(request);
    const told = body === undefined ? undefined : review(parsed(body), options);
    metrics.count(told?.outcome ?? "failed", performance.now() - from);
    if (body === undefined)
      return { code: 413, text: `a review has at most ${LARGEST_BODY} bytes\n`, closes: true };
    if (told === undefined) return { code: 400, text: "this is no AdmissionReview of admission.k8s.io/v1\n" };
    const { outcome, about, message, answer } = told;
    if (outcome !== "untouched") log({ level: "info", outcome, ...about, ...defined({ message }) });
    return { code: 200, text: JSON.stringify(answer), type: "application/json" };
  };
  const server = createServer({ ...pairIn(certificate, key), minVersion: "TLSv1.2" }, (request, response) => {
    handle(request).then(
      (answer) => end(response, answer),
      (error: Error) => {
        log({ level: "error", message: error.message });
        end(response, { code: 500, text: "the review did not come to its end\n", closes: true });
      },
    );
  });
  server.requestTimeout = LONGEST_REQUEST_MS;
  server.headersTimeout = LONGEST_REQUEST_MS;
  const unwatch = renewing(server, options);
  const port = await listening(server, options.port).catch((error: Error) => {
    unwatch();
    throw mistake("bad-flag", `--port ${options.port}: ${error.message}`, "give it a port that is free");
  });
  log({ level: "info", message: "listening", port });
  return {
    port,
    stop: async () => {
      isStopping = true;
      unwatch();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** Throws UserError. */
function pairIn(certificate: string, key: string): { readonly cert: Buffer; readonly key: Buffer } {
  const read = (flag: string, file: string) => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw mistake(
        "bad-flag",
        `${flag} ${file}: ${(error as Error).message}`,
        "give it the file of the Secret",
      );
    }
  };
  return { cert: read("--tls-cert", certificate), key: read("--tls-key", key) };
}

/** A kubelet renews a mounted Secret by a rename in its directory. What is no pair (yet) leaves the old one. */
function renewing(server: Server, { certificate, key, log }: WebhookOptions): () => void {
  let known = readFileSync(certificate, "utf8");
  const look = () => {
    try {
      const pair = pairIn(certificate, key);
      if (pair.cert.toString("utf8") === known) return;
      server.setSecureContext({ ...pair, minVersion: "TLSv1.2" });
      known = pair.cert.toString("utf8");
      log({ level: "info", message: "the certificate was renewed" });
    } catch (error) {
      log({ level: "warning", message: `the certificate stays as it was: ${(error as Error).message}` });
    }
  };
  const watchers = [...new Set([certificate, key].map(dirname))].map((folder) => watch(folder, look));
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_BODY) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly type?: string;
  /** Nothing more is read of that connection. */
  readonly closes?: boolean;
}

const OK: Answer = { code: 200, text: "ok\n" };
const nowhere = (): Answer => ({ code: 404, text: "there is /inject, /healthz, /readyz and /metrics\n" });

function end(response: ServerResponse, { code, text, type = "text/plain", closes = false }: Answer): void {
  const headers = { "content-type": type, "content-length": Buffer.byteLength(text) };
  response.writeHead(code, closes ? { ...headers, connection: "close" } : headers).end(text);
}
