// How a step went. Ours: one `status.json` per step, because one integer cannot say who decided and why.

import type { StepArtifacts } from "./artifacts.ts";
import { type CacheStatus, isCacheStatus } from "./cache-status.ts";
import { PROTOCOL_VERSION } from "./paths.ts";

/** Where a step is in its life. The last seven are endings. */
export type StepState = "waiting" | "running" | Ending;
export type Ending =
  | "succeeded"
  | "failed"
  | "skipped"
  | "cancelled"
  | "timedOut"
  /** The step, or one it waited for, was killed before it could report; `cause` names which. */
  | "lost"
  /** The command was never started: bad flags, no such file, unwritable directory, bad reference. */
  | "setupFailed";

/** The closed list of machine-readable reasons. The first three are Tekton's words for the `Reason` key. */
export type Reason =
  | "Skipped"
  | "Cancelled"
  | "TimeoutExceeded"
  | "CommandNotFound"
  | "CommandNotExecutable"
  | "StepLost"
  | "InvalidFlags"
  | "InvalidReference"
  | "InvalidExpression"
  | "ResultTooLarge"
  /** A result is not of the type that was declared for it. */
  | "ResultInvalid"
  /** A declared artifact is not there. */
  | "ArtifactMissing"
  /** It is there and has no digest: a reference that is none, a socket, a file that cannot be read. */
  | "ArtifactInvalid"
  /** An input is not what its producer left, or not what it was pinned to. */
  | "ArtifactChanged"
  | "CannotRecord"
  | "CannotPrepare"
  | "BreakpointFailed"
  /** A Task-level `when` was false: every step of the Task is skipped, and its dependents still run. */
  | "TaskSkipped"
  /** A result this Task needs was not produced, because its producer was skipped. */
  | "InputsSkipped";

/** Another step that decided this one's ending, for `skipped` and `lost`: the first of the chain, not the nearest. */
export interface Cause {
  readonly step: string;
  readonly state: Ending;
}

/** One run of the command. `exitCode` is 128+n where `signal` ended it. Times are RFC 3339 UTC with milliseconds. */
export interface Attempt {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly exitCode: number;
  readonly signal?: string;
  readonly reason?: Reason;
}

/** The content of `status.json`. Unset means "did not happen"; nothing is ever null. */
export interface StepStatus {
  readonly protocol: number;
  /** The step's name, unique in the run: `-step_name`, else what `/tekton/steps` calls it, else its run directory. */
  readonly step: string;
  /** The fused Task it belongs to, where there is one. */
  readonly task?: string;
  readonly state: StepState;
  /** Who decided: the user's command by its exit, or the entrypoint. Absent until there is an ending. */
  readonly by?: "command" | "entrypoint";
  readonly reason?: Reason;
  /** One sentence for people. */
  readonly message?: string;
  readonly cause?: Cause;
  /** The command's code, or 128+n, or the entrypoint's own (124 timed out, 125 setup failed, 126, 127). */
  readonly exitCode?: number;
  readonly signal?: string;
  /** True where a failure was tolerated (`-on_error continue`): the run goes on as if it had succeeded. */
  readonly tolerated?: boolean;
  /** True where the Task as a whole may fail (`-task_tolerated`). */
  readonly taskTolerated?: boolean;
  /** True for `stopAndSucceed`: later steps are skipped and the run still succeeds. */
  readonly stop?: boolean;
  /** 1 for the first run of the command. */
  readonly attempt: number;
  readonly attempts?: readonly Attempt[];
  /** Inputs that were verified; outputs, where the step has succeeded. */
  readonly artifacts?: StepArtifacts;
  /** Where it may be cached. */
  readonly cache?: CacheStatus;
  /** When the entrypoint came up; when the command first started; when the step settled. */
  readonly waitingSince: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

export const isEnding = (state: StepState): state is Ending => state !== "waiting" && state !== "running";

/** An ending that fails the run. One that `-on_error` tolerates does not. */
export const isFailure = ({ state, tolerated }: Pick<StepStatus, "state" | "tolerated">): boolean =>
  isEnding(state) && state !== "succeeded" && state !== "skipped" && tolerated !== true;

/** The one that started it: the other failures of a chain have a `cause`. */
export const isOwnFailure = (status: Pick<StepStatus, "state" | "tolerated" | "cause">): boolean =>
  isFailure(status) && status.cause === undefined;

/** What is said of a step that was killed before it could report, by whoever is left to say it. `at` is RFC 3339. */
export function lostStatus(step: string, at: string, known?: StepStatus): StepStatus & LostStatus {
  const before = known ?? { protocol: PROTOCOL_VERSION, step, attempt: 1, waitingSince: at };
  const message = `${before.step} was killed before it could report`;
  const lost = { state: "lost", by: "entrypoint", reason: "StepLost", exitCode: EXIT.lost } as const;
  return { ...before, ...lost, message, finishedAt: at };
}

type LostStatus = Required<
  Pick<StepStatus, "state" | "by" | "reason" | "message" | "exitCode" | "finishedAt">
>;

/** From TERM to KILL, in milliseconds, where no `-grace_period` is given. */
export const DEFAULT_GRACE = 10_000;

/**
 * A record as another step wrote it, and may have written anything: undefined where it is none, and without the fields
 * that are not what they should be.
 */
export function asStatus(value: unknown): StepStatus | undefined {
  if (!isObject(value) || !REQUIRED.every((field) => FIELDS[field](value[field]))) return undefined;
  const known = Object.entries(FIELDS).filter(
    ([field, is]) => value[field] !== undefined && is(value[field]),
  );
  return Object.fromEntries(known.map(([field]) => [field, value[field]])) as unknown as StepStatus;
}

/** The version that a record says it has; undefined where it says none. */
export const protocolOf = (value: unknown): number | undefined =>
  isObject(value) && typeof value["protocol"] === "number" ? value["protocol"] : undefined;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const isTime = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value));
const isState = (value: unknown): boolean => isText(value) && Object.hasOwn(STATES, value);
const isReason = (value: unknown): boolean => isText(value) && /^[A-Za-z]{1,64}$/.test(value);
const listOf =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(is);
const isDigest = (value: unknown): boolean => isObject(value) && Object.values(value).every(isText);
const isArtifact = (value: unknown): boolean =>
  isObject(value) && isText(value["name"]) && isText(value["uri"]) && isDigest(value["digest"]);
const isAttempt = (value: unknown): boolean =>
  isObject(value) &&
  isTime(value["startedAt"]) &&
  isTime(value["finishedAt"]) &&
  isWhole(value["exitCode"]) &&
  (value["signal"] === undefined || isText(value["signal"])) &&
  (value["reason"] === undefined || isReason(value["reason"]));

const STATES: Readonly<Record<StepState, true>> = {
  waiting: true,
  running: true,
  succeeded: true,
  failed: true,
  skipped: true,
  cancelled: true,
  timedOut: true,
  lost: true,
  setupFailed: true,
};

const REQUIRED = ["protocol", "step", "state", "attempt", "waitingSince"] as const;

const FIELDS: Readonly<Record<keyof StepStatus, (value: unknown) => boolean>> = {
  protocol: isWhole,
  step: isText,
  task: isText,
  state: isState,
  by: (value) => value === "command" || value === "entrypoint",
  reason: isReason,
  message: isText,
  cause: (value) =>
    isObject(value) &&
    isText(value["step"]) &&
    isState(value["state"]) &&
    isEnding(value["state"] as StepState),
  exitCode: isWhole,
  signal: isText,
  tolerated: isFlag,
  taskTolerated: isFlag,
  stop: isFlag,
  attempt: isWhole,
  attempts: listOf(isAttempt),
  artifacts: (value) =>
    isObject(value) &&
    [value["inputs"] ?? [], value["outputs"] ?? []].every((list) => listOf(isArtifact)(list)),
  cache: isCacheStatus,
  waitingSince: isTime,
  startedAt: isTime,
  finishedAt: isTime,
};

/** Exit codes of the entrypoint itself (coreutils `timeout`, shells, tini). */
export const EXIT = {
  succeeded: 0,
  skipped: 1,
  lost: 1,
  timedOut: 124,
  setupFailed: 125,
  notExecutable: 126,
  notFound: 127,
  signalBase: 128,
} as const;
