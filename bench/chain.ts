// Chains of waiting steps: how long a hand-over takes, and what waiting costs.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Program } from "./programs.ts";
import { postFile } from "./programs.ts";

export interface Chain {
  readonly pids: readonly number[];
  /** Lets the first step go; resolves with milliseconds until the last one has ended. */
  run(): Promise<number>;
  /** Kills the first step (SIGKILL); resolves with milliseconds until all others have ended because of it. */
  kill(): Promise<number>;
}

/** Starts `length` steps that wait for each other, and resolves when all of them wait. */
export async function startChain(
  program: Program,
  length: number,
  directory: string,
  stderr: "inherit" | "ignore" = "inherit",
): Promise<Chain> {
  mkdirSync(directory);
  const start = `${directory}/start`;
  const children: ChildProcess[] = [];
  for (let index = 0; index < length; index++) {
    const own = `${directory}/${index}`;
    mkdirSync(own);
    writeFileSync(`${own}/termination`, "");
    const waitFile = index === 0 ? start : postFile(`${directory}/${index - 1}`);
    children.push(launch(program.step({ waitFile, directory: own, command: ["true"] }), stderr));
  }
  const pids = children.map((child) => child.pid ?? 0);
  const ends = children.map(
    (child) => new Promise<number>((end) => child.once("exit", (code) => end(code ?? 1))),
  );
  await Promise.race([allAsleep(pids), Promise.race(ends).then(() => failEarly(program))]);
  return {
    pids,
    run: async () => {
      const from = performance.now();
      writeFileSync(start, "");
      while (!existsSync(postFile(`${directory}/${length - 1}`))) rest();
      const took = performance.now() - from;
      const codes = await Promise.all(ends);
      if (codes.some((code) => code !== 0)) throw new Error(`a step of ${program.name} failed: ${codes}`);
      return took;
    },
    kill: async () => {
      const from = performance.now();
      children[0]?.kill("SIGKILL");
      await Promise.all(ends);
      return performance.now() - from;
    },
  };
}

export const residentKiB = (pid: number): number => Number(statusField(pid, "VmRSS"));

/** What it shares with no other process. */
export const privateKiB = (pid: number): number =>
  [...readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce(
    (sum, [, size]) => sum + Number(size),
    0,
  );

/** Raises the limit of inotify instances to so many, where this user may, for as long as this program runs; tells the limit. */
export function inotifyInstances(wanted: number): number {
  const file = "/proc/sys/fs/inotify/max_user_instances";
  const limit = Number(readFileSync(file, "utf8"));
  if (limit >= wanted) return limit;
  try {
    writeFileSync(file, String(wanted));
    process.once("exit", () => writeFileSync(file, String(limit)));
    return wanted;
  } catch {
    return limit;
  }
}

/** How often the process went to sleep, which is how often it had been woken. */
export const sleeps = (pid: number): number => Number(statusField(pid, "voluntary_ctxt_switches"));

export function holdsInotify(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((descriptor) =>
    readlinkSync(`${folder}/${descriptor}`).includes("inotify"),
  );
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

function launch([file = "", ...words]: readonly string[], stderr: "inherit" | "ignore"): ChildProcess {
  const child = spawn(file, words, { stdio: ["ignore", "ignore", stderr] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** A moment without the processor: the last step's end is looked for, as the kernel takes milliseconds to end bare C. */
function rest(): void {
  Atomics.wait(NOTHING, 0, 0, 0.02);
}

function failEarly(program: Program): never {
  throw new Error(
    `a step of ${program.name} ended before its turn: are this user's inotify instances used up (128 by default)?`,
  );
}

/** Asleep, and without having used the processor since the last look. */
async function allAsleep(pids: readonly number[]): Promise<void> {
  for (let before = ""; ; await sleep(50)) {
    const now = pids.map(activity).join();
    if (now === before && !now.includes("awake")) return;
    before = now;
  }
}

function activity(pid: number): string {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const [state = "", ...rest] = fields;
  return state === "S" ? `${rest[10]} ${rest[11]} ${sleeps(pid)}` : "awake";
}

function statusField(pid: number, name: string): string {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? "NaN";
}
