// A run's private folder, laid out as in a pod, gone with all its processes when the test ends.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type MessageEntry, type StepStatus, statusFile } from "../../entrypoint/protocol/index.ts";

const MARKER = "BATON_TEST_RUN";

export interface RunFolder {
  readonly path: string;
  readonly results: string;
  readonly steps: string;
  /** An environment variable that all processes of the run have. */
  readonly marker: Readonly<Record<string, string>>;
  post(index: number): string;
  metadata(index: number): string;
  termination(index: number): string;
  /** The step's record. */
  status(index: number): StepStatus;
  message(index: number): readonly MessageEntry[];
  /** The text of a file of the run; undefined where it is not there. */
  read(name: string): string | undefined;
  file(name: string): string;
  /** Ends its processes and removes it, at once instead of at the end of the test. */
  remove(): void;
}

/** To be called inside a test. */
export function runFolder(parent: string = tmpdir()): RunFolder {
  const path = mkdtempSync(join(parent, "run-"));
  const metadata = (index: number) => join(path, `run/${index}/status`);
  const termination = (index: number) => join(path, `termination-${index}`);
  for (const folder of ["results", "steps"]) mkdirSync(join(path, folder));
  const remove = () => {
    for (const pid of processesOf(path)) end(pid);
    rmSync(path, { recursive: true, force: true });
  };
  onTestFinished(remove);
  return {
    path,
    results: join(path, "results"),
    steps: join(path, "steps"),
    marker: { [MARKER]: path },
    post: (index) => join(path, `run/${index}/out`),
    metadata,
    termination,
    status: (index) => JSON.parse(readFileSync(statusFile(metadata(index)), "utf8")) as StepStatus,
    message: (index) => JSON.parse(readFileSync(termination(index), "utf8")) as MessageEntry[],
    read: (name) => readIfThere(join(path, name)),
    file: (name) => join(path, name),
    remove,
  };
}

/** Processes that were started with the run's marker and are not zombies, in no order. */
export function processesOf(path: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => readIfThere(`/proc/${name}/environ`)?.split("\0").includes(`${MARKER}=${path}`))
    .map(Number);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in between.
  }
}
