// What a step leaves for others in its run directory: the pipe that says it lives, its status, its ending.
// Rules: protocol/README.md, "Files of a step".

import { type Hold, type Host, HostError } from "../host.ts";
import {
  aliveFile,
  attemptFile,
  type Beneath,
  beneath,
  errorFile,
  exitCodeFile,
  FAULTS,
  type Flags,
  PROTOCOL_VERSION,
  reservedStatusFile,
  STEPS_DIR,
  type StepStatus,
  statusFile,
  stepArtifactsDir,
  stepResultsDir,
  temporary,
} from "../protocol/index.ts";

export interface StepRecord {
  /** Unique in the run. */
  readonly step: string;
  readonly task: string | undefined;
  readonly taskTolerated: boolean;
  readonly post: string | undefined;
  readonly metadata: string | undefined;
  /** RFC 3339, when the entrypoint came up. */
  readonly waitingSince: string;
}

/** A record that has been opened: the step is seen to live until `alive` is released. */
export interface OpenRecord extends StepRecord {
  readonly alive: Hold | undefined;
}

/** Who the step is and where it records; touches nothing but to look its name up. */
export function describeRecord(host: Host, flags: Flags): StepRecord {
  const { post_file: post, step_metadata_dir: metadata, task_name: task } = flags;
  const { task_tolerated: taskTolerated = false } = flags;
  const step = flags.step_name ?? nameInStepsDirectory(host, flags) ?? runDirectoryName(post);
  return { step, task, taskTolerated, post, metadata, waitingSince: timestamp(host.now()) };
}

/**
 * Sets aside what it takes to say that the step failed, so that a disk that fills up later cannot keep it silent, and
 * shows that it lives. Throws HostError where the directories cannot be written; its life is shown even then, where
 * that is possible, so that its end is noticed.
 */
export function openRecord(host: Host, record: StepRecord): OpenRecord {
  const problem = attempt(() => setAside(host, record));
  let alive: Hold | undefined;
  // Last: from here on a death is noticed, and whoever notices it finds the step's name.
  const lifeless = attempt(() => {
    if (record.post !== undefined) alive = showLife(host, record.post);
  });
  const first = problem ?? lifeless;
  if (first !== undefined) throw first;
  return { ...record, alive };
}

export function saveStatus(host: Host, record: StepRecord, status: StatusFields): void {
  const { metadata } = record;
  if (metadata === undefined) return;
  const text = statusText(record, status);
  insist(host, beneath(statusFile(metadata), 2), (place) => host.publish(place, text, 0o644));
}

export function saveExitCode(host: Host, record: StepRecord, code: number): void {
  const { metadata } = record;
  if (metadata === undefined) return;
  insist(host, beneath(exitCodeFile(metadata), 2), (place) => host.publish(place, String(code), 0o644));
}

/**
 * The last word of a step: everything else has been written. Needs no space on the disk, unless the command has removed
 * what was set aside; wakes whoever waits.
 */
export function post(host: Host, record: StepRecord, how: "done" | "error", alive?: Hold): void {
  if (record.post !== undefined) {
    const file = how === "done" ? record.post : errorFile(record.post);
    const aside = temporary(record.post);
    const problem = attempt(() => host.rename(aside, file));
    if (problem !== undefined) insist(host, beneath(file), (place) => host.publish(place, "", 0o644));
  }
  alive?.release();
}

/** How one attempt of the Task went for this step. */
export function postAttempt(host: Host, file: string, how: "done" | "error", alive: Hold | undefined): void {
  const posted = beneath(how === "done" ? file : errorFile(file));
  insist(host, posted, (place) => host.publish(place, "", 0o644));
  alive?.release();
}

/** The pipe of one attempt. */
export const showAttempt = (host: Host, post: string, attempt: number): Hold | undefined =>
  showLife(host, attemptFile(post, attempt));

/** For when `saveStatus` failed: the record made beforehand takes its place, and the step is posted as failed. */
export function postUnrecorded(host: Host, record: StepRecord): void {
  const { metadata } = record;
  if (metadata !== undefined)
    quietly(host, () =>
      host.rename(beneath(reservedStatusFile(metadata), 2), beneath(statusFile(metadata), 2)),
    );
  quietly(host, () => post(host, record, "error"));
}

/** RFC 3339 UTC with milliseconds. */
export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();

export type StatusFields = Omit<StepStatus, "protocol" | "step" | "task" | "taskTolerated" | "waitingSince">;

/** What a step publishes once it is its turn: `running`, the exit code, the ending. */
const RECORD_FILES = 3;

const CANNOT_RECORD: StatusFields = {
  state: "failed",
  by: "entrypoint",
  reason: "CannotRecord",
  message: "the ending could not be recorded: the run directory cannot be written (is the disk full?)",
  exitCode: 1,
  attempt: 1,
};

function setAside(host: Host, record: StepRecord): void {
  const { post, metadata } = record;
  if (post !== undefined) insist(host, beneath(temporary(post)), (place) => host.overwrite(place, ""));
  if (metadata === undefined) return;
  for (const directory of [stepResultsDir(metadata), stepArtifactsDir(metadata)])
    insist(host, beneath(directory, 2), (place) => host.makeDirectory(place));
  const text = statusText(record, CANNOT_RECORD);
  insist(host, beneath(reservedStatusFile(metadata), 2), (place) => host.overwrite(place, text));
  host.reserve(metadata, RECORD_FILES);
}

export function statusText(record: StepRecord, fields: StatusFields): string {
  const { step, task, taskTolerated, waitingSince } = record;
  const status: StepStatus = {
    protocol: PROTOCOL_VERSION,
    step,
    ...(task === undefined ? {} : { task }),
    ...(taskTolerated ? { taskTolerated } : {}),
    ...fields,
    waitingSince,
  };
  return JSON.stringify(status);
}

/** A file system without pipes costs the step its liveness, not its run. */
function showLife(host: Host, post: string): Hold | undefined {
  try {
    let held: Hold | undefined;
    insist(host, beneath(aliveFile(post)), (place) => {
      held = host.hold(place);
    });
    return held;
  } catch (error) {
    if (!(error instanceof HostError) || !["EPERM", "ENOSYS", "ENOTSUP"].includes(error.code)) throw error;
    host.log(
      `warning: no pipe at ${aliveFile(post)} (${error.code}): if this step is killed, others wait on`,
    );
    return undefined;
  }
}

/**
 * In the step's own directory, where its command may have removed what was there, or put something else in its place: that
 * gives way. Whatever else is wrong (a full disk) is thrown.
 */
export function insist(host: Host, place: Beneath, write: (place: Beneath) => void): void {
  const problem = attempt(() => write(place));
  if (problem === undefined) return;
  if (!IN_THE_WAY.has(problem.code)) throw problem;
  makeWay(host, place);
  write(place);
}

const IN_THE_WAY: ReadonlySet<string> = new Set([
  "ENOENT",
  "ENOTDIR",
  "EEXIST",
  "ENOTEMPTY",
  "ENXIO",
  ...Object.values(FAULTS),
]);

function makeWay(host: Host, { root, path }: Beneath): void {
  const names = path.split("/");
  for (let count = 1; count < names.length; count++) {
    const above = { root, path: names.slice(0, count).join("/") };
    if (host.entry(above) !== "directory") host.remove(above);
    host.makeDirectory(above);
  }
  if (names.length === 1) host.makeDirectory(root);
  const type = host.entry({ root, path });
  if (type !== undefined && type !== "file") host.remove({ root, path });
}

function quietly(host: Host, write: () => void): void {
  const problem = attempt(write);
  if (problem !== undefined) host.log(`error: ${problem.message}`);
}

function attempt(write: () => void): HostError | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

/** Tekton names a step by a link: /tekton/steps/step-build → /tekton/run/1/status. Where it cannot be read, it has none. */
function nameInStepsDirectory(host: Host, flags: Flags): string | undefined {
  const { steps_dir: directory = STEPS_DIR, step_metadata_dir: metadata } = flags;
  if (metadata === undefined) return undefined;
  let found: string | undefined;
  attempt(() => {
    const names = (host.list(directory) ?? []).filter((name) => !/^\d+$/.test(name));
    found = names.find((name) => host.readLink(`${directory}/${name}`) === metadata);
  });
  return found;
}

/** /tekton/run/3/out → "3" */
const runDirectoryName = (post: string | undefined): string => post?.split("/").at(-2) ?? "step";
