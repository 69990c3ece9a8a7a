// How one example ends on one backend, in a word or a sentence that is the same each time.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const PASSED = "passed";
export const failed = (reason: string): string => `failed: ${settled(reason)}`;

interface Ended {
  readonly code: number | string;
  readonly text: string;
}

const CLI = join(process.cwd(), "dist/cli.mjs");
const LIMIT = 120_000;

export interface Runner {
  /** Words in front of `node`. */
  readonly wrap: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** `passed`, or the first thing that was wrong. */
export async function outcomeOf(
  file: string,
  targets: readonly (string | undefined)[],
  { wrap, environment, words }: Runner,
): Promise<{ readonly outcome: string; readonly text: string }> {
  let all = "";
  for (const target of targets) {
    const choice = target === undefined ? [] : ["--target", target];
    const command = [...wrap, process.execPath, CLI, "run", file, ...choice, ...words];
    const { code, text } = await endedIn(command, environment);
    all += text;
    if (code !== 0) return { outcome: failed(reasonOf(code, text)), text: all };
  }
  return { outcome: PASSED, text: all };
}

/** A code of ours, else how the run says that it ended, without what differs from run to run. */
function reasonOf(code: number | string, text: string): string {
  const mistake = /^error\[([a-z0-9-]+)\]: (.*)$/m.exec(text);
  if (mistake !== null) return `${mistake[1]}: ${mistake[2]}`;
  const ending = /^\S+ (failed|cancelled|timedOut|lost) in [^:]+: (.*)$/m.exec(text);
  return ending === null ? `ends with ${code}` : (ending[2] ?? "");
}

/** Without what differs from run to run. */
const settled = (sentence: string): string =>
  sentence
    .split("\n")[0]
    ?.replace(/\/(tmp|var)\/\S+/g, "…")
    .replace(/-[0-9a-f]{5}\b|\b[0-9a-f]{12,}\b|-baton-[\w-]+/g, "…")
    .replace(/\|/g, "\\|")
    .slice(0, 160)
    .trim() ?? "";

/** Its code, or why it has none, and all it said. */
export function endedIn(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const [program = "", ...args] = command;
  const env = { ...process.env, NO_COLOR: "1", ...environment };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  return new Promise((resolve, reject) => {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      interrupt(child);
    }, LIMIT);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      resolve({ code: late ? `no end within ${LIMIT / 1e3} s` : (code ?? signal ?? ""), text });
    });
  });
}

/** Twice: the second one kills. */
function interrupt(child: ChildProcess): void {
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGINT"), 1_000);
  setTimeout(() => child.kill("SIGKILL"), 20_000).unref();
}
