// A container engine by its command line: its program, run to its end.

import { type ChildProcess, spawn } from "node:child_process";
import { UserError } from "../../diagnostics/diagnostic.ts";

export type EngineName = "podman" | "docker";

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly input?: string | Uint8Array;
  /** Aborted: end it. */
  readonly signal?: AbortSignal | undefined;
}

/** Starts the engine's command line in a process group of its own, so that Ctrl-C reaches baton alone. */
export function spawnEngine(name: EngineName, words: readonly string[]): ChildProcess {
  return spawn(name, [...words], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
}

/** Runs it to its end. Rejects with UserError where the program is not there. */
export function call(name: EngineName, words: readonly string[], options: CallOptions = {}): Promise<Called> {
  return new Promise((resolve, reject) => {
    const child = spawnEngine(name, words);
    const end = () => endGroup(child);
    if (options.signal?.aborted) end();
    options.signal?.addEventListener("abort", end);
    const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
    child.once("error", () => reject(notInstalled(name)));
    child.once("close", (code) => {
      options.signal?.removeEventListener("abort", end);
      // Asked to end, podman may say that all went well.
      const cut = options.signal?.aborted === true;
      resolve({ code: cut ? code || 1 : (code ?? 1), stdout: stdout(), stderr: stderr() });
    });
    // An engine that ends before it has read all says so by its exit code.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input);
  });
}

/** One after the other, up to the first that fails: the last that was made. */
export async function inOrder(calls: readonly (() => Promise<Called>)[]): Promise<Called> {
  let called: Called = { code: 0, stdout: "", stderr: "" };
  for (const one of calls) {
    called = await one();
    if (called.code !== 0) break;
  }
  return called;
}

/** The engine's own last words, for an error message: what compose says of its progress is no such word. */
export const lastWords = ({ stdout, stderr }: Called): string =>
  (stderr.trim() === "" ? stdout : stderr)
    .split("\n")
    .filter((line) => !PROGRESS.test(line) && line.trim() !== "")
    .slice(-3)
    .join("\n");

const PROGRESS = /^ (Container|Volume|Network) .*(Creat|Start)\w+$/;

/** Docker's compose is a process of its own below docker's. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}

function textOf(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: Buffer[] = [];
  stream?.on("data", (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString("utf8");
}

const notInstalled = (name: string): UserError =>
  new UserError([
    {
      code: "engine-missing",
      message: `there is no ${name} here`,
      severity: "error",
      cure: `install ${name}, or run with --on local`,
    },
  ]);
