// The built CLI as its users have it: a folder with files, a command line, what came out, and what was left behind.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const CLI = join(ROOT, "dist/cli.mjs");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the output has this text; rejects when baton ends without it. */
  until(text: string): Promise<void>;
}

export interface Folder {
  readonly path: string;
  /** The only place where baton makes directories of runs. */
  readonly scratch: string;
  /** Runs `baton …` in the folder. */
  baton(...words: readonly string[]): Promise<Ended>;
  start(words: readonly string[], options?: StartOptions): Running;
  /** Runs a file with `-o json`; the record. */
  record(...words: readonly string[]): Promise<RunRecord>;
  /** Makes or replaces a file in the folder. */
  write(name: string, text?: string): void;
  /** Directories of runs that are still there. */
  left(): readonly string[];
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Words in front of `node`. */
  readonly wrap?: readonly string[];
  readonly input?: string;
  /** Another copy of the CLI. */
  readonly cli?: string;
}

/** A folder with these files, gone when the test ends. To be called inside a test. */
export function folder(
  files: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Folder {
  const path = mkdtempSync(join(tmpdir(), "e2e-"));
  const scratch = join(path, "scratch");
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  chmodSync(path, 0o755);
  mkdirSync(scratch);
  const write = (name: string, text = "") => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const start = (words: readonly string[], options: StartOptions = {}): Running =>
    startIn(path, words, {
      ...options,
      environment: { TMPDIR: scratch, ...environment, ...options.environment },
    });
  const baton = (...words: readonly string[]) => start(words).ended;
  return {
    path,
    scratch,
    baton,
    start,
    record: async (...words) => {
      const ended = await baton("run", ...words, "-o", "json");
      if (ended.stdout === "") throw new Error(`no record: ${ended.stderr}`);
      return JSON.parse(ended.stdout) as RunRecord;
    },
    write,
    left: () => readdirSync(scratch),
  };
}

/** A Task of these steps, each a script, in YAML. */
export const taskOf = (scripts: Readonly<Record<string, string>>, more = ""): string =>
  [
    "apiVersion: tekton.dev/v1",
    "kind: Task",
    "metadata: {name: demo}",
    "spec:",
    ...(more === "" ? [] : [more.replace(/^/gm, "  ")]),
    "  steps:",
    ...Object.entries(scripts).flatMap(([name, script]) => [
      `    - name: ${name}`,
      "      script: |",
      script.replace(/^/gm, "        "),
    ]),
    "",
  ].join("\n");

function startIn(cwd: string, words: readonly string[], options: StartOptions): Running {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not built: run \`make build\``);
  const [program = "", ...args] = [...(options.wrap ?? []), process.execPath, options.cli ?? CLI, ...words];
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", BATON_RUNS: join(cwd, ".runs"), ...options.environment },
    stdio: "pipe",
  });
  child.stdin.end(options.input ?? "");
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      output[stream] += chunk;
      for (const listener of listeners) listener();
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!(output.stdout + output.stderr).includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      ended.then(({ stdout, stderr }) => reject(new Error(`no "${text}" in:\n${stdout}${stderr}`)), reject);
      look();
    });
  return { child, ended, until };
}
