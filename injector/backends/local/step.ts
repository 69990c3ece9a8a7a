// One step as a process: the entrypoint, its output line by line, its status file, and its ending, whatever happens.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, type FSWatcher, openSync } from "node:fs";
import { finished, type Readable } from "node:stream";
import { EXIT, type Flags, isEnding } from "../../../entrypoint/protocol/index.ts";
import { makeDirectory } from "../../beneath/write.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { now } from "../../record/follow.ts";
import type { Observations } from "../../record/observations.ts";
import { forward, type Starts, startsOf, watchStatus } from "../host/seen.ts";
import { readStatus, recordLoss, type StepFiles, sidecarEnding } from "../host/status.ts";
import type { Stoppable } from "../host/stop.ts";
import { withoutOthers } from "./descriptors.ts";
import { type OuterLimit, outerLimit } from "./limits.ts";
import { killTree, register, send } from "./processes.ts";

/** A whole command, and what it is to inherit: file descriptors from 4 on, closed once it has them. */
export interface Inheriting {
  readonly argv: readonly string[];
  readonly inherits: readonly number[];
}

export interface StepLaunch extends StepFiles {
  /** Sandbox included. */
  command(): Inheriting;
  /** Another command, which sees what the step sees. */
  around(argv: readonly string[]): Inheriting;
  /** The limits that its entrypoint is to keep. */
  readonly flags: Flags;
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** In namespaces: bubblewrap tells the entrypoint's process id, and everything dies with bubblewrap. */
  readonly sandboxed: boolean;
  /** Of the run: where its processes are written down. */
  readonly directory: string;
  /** A sidecar has no ending to report. */
  readonly reports: boolean;
}

export interface RunningStep extends Stoppable {
  /** Resolves when its processes and its output have ended and its ending has been reported. */
  readonly settled: Promise<void>;
}

/** Output that a process outside our reach still holds open is waited for this long after the step's end. */
const DRAIN_MS = 500;

export function startStep(launch: StepLaunch, events: Observations): RunningStep {
  const waitingSince = now();
  makeDirectory(launch.metadata.root, launch.metadata.path);
  const starts = startsOf(launch, events);
  const late: { limit?: OuterLimit; isEnded?: boolean } = {};
  const watcher = launch.reports ? watchStatus(launch, starts, () => late.limit?.begun()) : undefined;
  if (!launch.reports) events.push({ type: "stepStarted", at: now(), step: launch.id, attempt: 1 });
  const child = spawned(launch);
  if ("refused" in child) {
    watcher?.close();
    return neverStarted(launch, child.refused, events, waitingSince);
  }
  register(launch.directory, launch.id, child.pid);
  const entrypoint = launch.sandboxed ? toldPid(child) : Promise.resolve(child.pid);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const kill = () => {
    if (child.pid === undefined || isOver()) return;
    if (launch.sandboxed) send(child.pid, "SIGKILL");
    else killTree(child.pid);
  };
  if (launch.reports)
    late.limit = outerLimit(launch.flags, child.pid, () => {
      late.isEnded = !isOver();
      kill();
    });
  return {
    settled: settle({ launch, child, watcher, starts, events, waitingSince, late }),
    signal: (name) => void entrypoint.then((pid) => pid !== undefined && !isOver() && send(pid, name)),
    kill,
  };
}

/** What the system refuses at once (E2BIG, EAGAIN) is this step's ending, and nobody else's. */
function spawned(launch: StepLaunch): ChildProcess | { readonly refused: string } {
  try {
    return spawnStep(launch);
  } catch (error) {
    if (error instanceof UserError) throw error;
    return { refused: `its entrypoint could not be started: ${(error as Error).message}` };
  }
}

function neverStarted(
  launch: StepLaunch,
  why: string,
  events: Observations,
  waitingSince: string,
): RunningStep {
  if (launch.reports) {
    const status = recordLoss(launch, why, undefined, waitingSince);
    events.push({ type: "stepFinished", at: now(), step: launch.id, status: { ...status, step: launch.id } });
  }
  return { settled: Promise.resolve(), signal: () => {}, kill: () => {} };
}

/** Runs a command beside a step, for at most so long; undefined where that was not enough. */
export function exitCodeOf(
  launch: StepLaunch,
  argv: readonly string[],
  milliseconds: number,
): Promise<number | undefined> {
  const child = spawnInheriting(launch, launch.around(argv), "ignore");
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolve(code ?? undefined);
    });
  });
}

const spawnStep = (launch: StepLaunch): ChildProcess => spawnInheriting(launch, launch.command(), "pipe");

function spawnInheriting(
  launch: StepLaunch,
  { argv, inherits }: Inheriting,
  output: "pipe" | "ignore",
): ChildProcess {
  const nothing = openSync("/dev/null", "r");
  try {
    return spawn(argv[0] ?? "", argv.slice(1), {
      cwd: launch.cwd,
      env: launch.environment,
      stdio: withoutOthers(
        ["ignore", output, output, launch.sandboxed ? "pipe" : nothing, ...inherits],
        nothing,
      ),
      // Ctrl-C on the terminal reaches baton alone, which then ends the steps in order.
      detached: true,
    });
  } finally {
    for (const fd of [nothing, ...inherits]) closeSync(fd);
  }
}

interface Started {
  readonly launch: StepLaunch;
  readonly child: ChildProcess;
  readonly watcher: FSWatcher | undefined;
  readonly starts: Starts;
  readonly events: Observations;
  readonly waitingSince: string;
  /** What is kept from here where its entrypoint does not, and whether that had to be. */
  readonly late: { readonly limit?: OuterLimit; readonly isEnded?: boolean };
}

async function settle({
  launch,
  child,
  watcher,
  starts,
  events,
  waitingSince,
  late,
}: Started): Promise<void> {
  const output = [
    forward(child.stdout, { ...launch, stream: "stdout", starts }, events),
    forward(child.stderr, { ...launch, stream: "stderr", starts }, events),
  ];
  const end = await exit(child);
  late.limit?.forget();
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, DRAIN_MS);
  await Promise.all(output);
  clearTimeout(timer);
  watcher?.close();
  if (!launch.reports) {
    const status = sidecarEnding(launch.id, waitingSince, child.exitCode ?? undefined);
    events.push({ type: "stepFinished", at: now(), step: launch.id, status });
    return;
  }
  const status = readStatus(launch.metadata);
  starts.take(status);
  const isKnown = status !== undefined && isEnding(status.state) && late.isEnded !== true;
  const ending = isKnown
    ? status
    : recordLoss(launch, end, status, waitingSince, late.isEnded === true ? TIMED_OUT : {});
  events.push({ type: "stepFinished", at: now(), step: launch.id, status: { ...ending, step: launch.id } });
}

const TIMED_OUT = {
  state: "timedOut",
  reason: "TimeoutExceeded",
  message: "its time was over, and its entrypoint had been kept from ending it",
  exitCode: EXIT.timedOut,
} as const;

/** What happened to the process, in words; the entrypoint's own record says more where there is one. */
const exit = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve(`its entrypoint could not be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      resolve(`its entrypoint ended without a record, ${signal ?? `exit code ${code}`}`),
    );
  });

/** The first thing bubblewrap writes there is an object with `child-pid`, counted in our own pid namespace. */
async function toldPid(child: ChildProcess): Promise<number | undefined> {
  let text = "";
  const pipe = child.stdio[3] as Readable | null | undefined;
  if (pipe === null || pipe === undefined) return undefined;
  pipe.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise<void>((resolve) => finished(pipe, () => resolve()));
  const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
