// The built entrypoints, and how a test starts them: every file here runs on each of them.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { aliveFile } from "../../entrypoint/protocol/index.ts";
import type { RunFolder } from "./_run.ts";

const dist = join(import.meta.dirname, "../../dist");

export interface Build {
  readonly name: string;
  /** argv that starts it. */
  readonly argv: readonly string[];
  /** Node offers no wait(-1), no real-time signals, no inherited signal mask; it says so in hosts/node.ts. */
  readonly node: boolean;
  /** QEMU's user mode has neither vfork, nor a subreaper, nor namespaces, nor inherited dispositions. */
  readonly emulated: boolean;
  /** Slow to start: tests that start many start fewer. */
  readonly heavy: boolean;
}

const TABLE: readonly (Build & { readonly file: string; readonly runs: Runs })[] = [
  build("native", "entrypoint", (file) => [file]),
  build("node", "entrypoint.mjs", (file) => [process.execPath, file], { node: true }),
  build("executable", "entrypoint-node", (file) => [file], { node: true, runs: "when chosen" }),
  build("arm64", "linux-arm64/entrypoint", (file) => ["qemu-aarch64-static", file], {
    emulated: true,
    runs: "when built",
  }),
];

const chosen = (process.env["ENTRYPOINT_BUILDS"] ?? "").split(",").filter((name) => name !== "");

/** ENTRYPOINT_BUILDS=native,node runs these only; a build that should exist and does not fails the suite. */
export const BUILDS: readonly Build[] = TABLE.filter(({ name, file, runs }) => {
  if (chosen.length > 0 ? !chosen.includes(name) : runs === "when chosen") return false;
  if (existsSync(file)) return true;
  if (runs === "when built" && chosen.length === 0) return false;
  throw new Error(`${file} is not built: see \`make help\``);
});

/** Those on which the kernel itself answers. */
export const REAL: readonly Build[] = BUILDS.filter(({ emulated }) => !emulated);
export const NATIVE: readonly Build[] = REAL.filter(({ node }) => !node);

export interface Ended {
  /** The exit code, or 128+n where a signal ended the entrypoint itself. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

export interface StepOptions {
  /** Steps to wait for, by index. */
  readonly after?: readonly number[];
  /** Steps to wait for in either ending, by index. */
  readonly settled?: readonly number[];
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts step `index` of a run: its flags as an injector would write them, then the command. */
export function startStep(
  entrypoint: Build,
  run: RunFolder,
  index: number,
  command: readonly string[],
  options: StepOptions = {},
): Running {
  const [name = "", ...words] = command;
  const posts = (indexes: readonly number[] = []) => indexes.map((one) => run.post(one)).join(",");
  const flags = [
    ...["-step_name", `s${index}`, "-post_file", run.post(index), "-step_metadata_dir", run.metadata(index)],
    ...["-termination_path", run.termination(index), "-results_dir", run.results, "-steps_dir", run.steps],
    ...(options.after ? ["-wait_file", posts(options.after)] : []),
    ...(options.settled ? ["-wait_settled", posts(options.settled)] : []),
    ...(options.flags ?? []),
  ];
  return start(entrypoint, run, [...flags, "-entrypoint", name, "--", ...words], options);
}

/** Starts the entrypoint with exactly these words. */
export function start(
  entrypoint: Build,
  run: RunFolder,
  words: readonly string[],
  options: Pick<StepOptions, "environment" | "cwd"> = {},
): Running {
  return startProgram(run, [...entrypoint.argv, ...words], options);
}

/** Starts any program with the run's marker in its environment, by which whatever is left of it is found and ended. */
export function startProgram(
  run: RunFolder,
  argv: readonly string[],
  options: Pick<StepOptions, "environment" | "cwd"> = {},
): Running {
  const [file = "", ...words] = argv;
  const child = spawn(file, words, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: options.cwd ?? run.path,
    env: { PATH: process.env["PATH"], ...options.environment, ...run.marker },
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = new Promise<Ended>((settle, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const at = Date.now();
      const settled = () =>
        settle({ code: code ?? 128 + number(signal), signal, stdout: stdout(), stderr: stderr(), at });
      // A grandchild may keep the streams open: what is there by then counts.
      const timer = setTimeout(settled, STREAMS_HELD);
      child.once("close", () => {
        clearTimeout(timer);
        settled();
      });
    });
  });
  return { pid: child.pid ?? 0, child, ended, kill: (signal) => void child.kill(signal) };
}

/** Polls until the condition holds; fails in words after `limit` milliseconds. */
export async function waitFor(what: string, condition: () => boolean, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`within ${limit} ms: ${what}`);
    await new Promise((settle) => setTimeout(settle, 2));
  }
}

/** Fails in words when the promise takes longer: what hangs is to be named, not to time out the test. */
export function within<T>(limit: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`within ${limit} ms: ${what}`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The step's entrypoint is up: its pipe is there. */
export const isUp = (run: RunFolder, index: number) => (): boolean => existsSync(aliveFile(run.post(index)));

const STREAMS_HELD = 300;

type Runs = "always" | "when built" | "when chosen";

function build(
  name: string,
  file: string,
  argv: (file: string) => readonly string[],
  options: { readonly node?: boolean; readonly emulated?: boolean; readonly runs?: Runs } = {},
) {
  const { node = false, emulated = false, runs = "always" } = options;
  const path = join(dist, file);
  return { name, file: path, argv: argv(path), node, emulated, heavy: node || emulated, runs };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: Buffer[] = [];
  stream?.on("data", (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString("utf8");
}

function number(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
