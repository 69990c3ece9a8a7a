// The endings of a step as data, and the one place that says what each ending means for others
// (protocol/README.md, "Endings").

import type { Exit } from "../host.ts";
import { type Cause, EXIT, type Reason, type StepStatus } from "../protocol/index.ts";
import type { Interruption } from "./control.ts";

export type Outcome =
  | { readonly kind: "exited"; readonly exit: Exit }
  | { readonly kind: "interrupted"; readonly why: Interruption }
  | {
      readonly kind: "notStarted";
      readonly why: "notFound" | "notExecutable" | "noDirectory" | "failed";
      readonly problem: string;
    }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly message: string }
  | {
      readonly kind: "chained";
      readonly state: "skipped" | "lost";
      readonly cause: Cause;
      readonly stop: boolean;
    }
  | { readonly kind: "setupFailed"; readonly reason: Reason; readonly message: string }
  /** A failure that somebody has let go on at the breakpoint after it. */
  | { readonly kind: "released"; readonly status: StatusEnding }
  | {
      /** The command has succeeded, and what it leaves cannot be handed on. */
      readonly kind: "unreportable";
      readonly reason: Reason;
      readonly message: string;
    };

export type SkipReason = "Skipped" | "TaskSkipped" | "InputsSkipped";

export type StatusEnding = Pick<
  StepStatus,
  "state" | "by" | "reason" | "message" | "cause" | "exitCode" | "signal" | "tolerated" | "stop"
>;

export interface Verdict {
  readonly status: StatusEnding;
  readonly posts: "done" | "error";
  /** What the entrypoint itself exits with. */
  readonly exitCode: number;
}

/** What an ending means, given `-on_error` (unknown words mean stopAndFail, as in Tekton). */
export function judge(outcome: Outcome, onError: string | undefined): Verdict {
  switch (outcome.kind) {
    case "exited":
      return judgeExit(outcome.exit, onError);
    case "interrupted":
      return judgeInterruption(outcome.why, onError);
    case "notStarted":
      return judgeNotStarted(outcome.why, outcome.problem, onError);
    case "skipped": {
      const { reason, message } = outcome;
      return { status: { state: "skipped", by: "entrypoint", reason, message }, posts: "done", exitCode: 0 };
    }
    case "chained":
      return judgeChained(outcome.state, outcome.cause, outcome.stop);
    case "setupFailed": {
      const exitCode = outcome.reason === "InvalidFlags" ? INVALID_FLAGS : EXIT.setupFailed;
      const { reason, message } = outcome;
      const status = { state: "setupFailed", by: "entrypoint", reason, message, exitCode } as const;
      return { status, posts: "error", exitCode };
    }
    case "released":
      return { status: { ...outcome.status, tolerated: true }, posts: "done", exitCode: 0 };
    case "unreportable": {
      const { reason, message } = outcome;
      const status = { state: "failed", by: "entrypoint", reason, message, exitCode: 1 } as const;
      return { status, posts: "error", exitCode: 1 };
    }
  }
}

/** As Go's flag package exits. */
const INVALID_FLAGS = 2;

function judgeExit(exit: Exit, onError: string | undefined): Verdict {
  if ("signal" in exit) {
    const exitCode = EXIT.signalBase + exit.number;
    const message = `the command was ended by ${exit.signal}`;
    return judgeFailure({ state: "failed", by: "command", message, exitCode, signal: exit.signal }, onError);
  }
  const exitCode = exit.code;
  if (exitCode === 0)
    return { status: { state: "succeeded", by: "command", exitCode }, posts: "done", exitCode };
  const message = `the command exited with ${exitCode}`;
  return judgeFailure({ state: "failed", by: "command", message, exitCode }, onError);
}

function judgeInterruption(why: Interruption, onError: string | undefined): Verdict {
  const { state, message, exitCode } = why;
  if (state === "timedOut")
    return judgeFailure({ state, by: "entrypoint", reason: "TimeoutExceeded", message, exitCode }, onError);
  const status = { state, by: "entrypoint", reason: "Cancelled", message, exitCode } as const;
  const signal = why.signal === undefined ? {} : { signal: why.signal };
  return { status: { ...status, ...signal }, posts: "error", exitCode };
}

function judgeNotStarted(
  why: "notFound" | "notExecutable" | "noDirectory" | "failed",
  message: string,
  onError: string | undefined,
): Verdict {
  const by = "entrypoint";
  switch (why) {
    case "notFound":
      return judgeFailure(
        { state: "failed", by, reason: "CommandNotFound", message, exitCode: EXIT.notFound },
        onError,
      );
    case "notExecutable":
      return judgeFailure(
        { state: "failed", by, reason: "CommandNotExecutable", message, exitCode: EXIT.notExecutable },
        onError,
      );
    case "noDirectory":
      return judgeFailure(
        { state: "failed", by, reason: "CannotPrepare", message, exitCode: EXIT.setupFailed },
        onError,
      );
    case "failed":
      return judge({ kind: "setupFailed", reason: "CannotPrepare", message }, onError);
  }
}

function judgeChained(state: "skipped" | "lost", cause: Cause, stop: boolean): Verdict {
  const reason = state === "lost" ? "StepLost" : "Skipped";
  const message = `${cause.step} ${stop ? "ended the run early, successfully" : SENTENCES[cause.state]}`;
  const exitCode = stop ? EXIT.succeeded : EXIT.skipped;
  const status = { state, by: "entrypoint", reason, message, cause, exitCode } as const;
  return { status: stop ? { ...status, stop } : status, posts: "error", exitCode };
}

const SENTENCES: Readonly<Record<Cause["state"], string>> = {
  succeeded: "succeeded",
  failed: "failed",
  skipped: "was skipped",
  cancelled: "was cancelled",
  timedOut: "timed out",
  lost: "was killed before it could report",
  setupFailed: "could not start",
};

function judgeFailure(status: StatusEnding & { readonly exitCode: number }, onError?: string): Verdict {
  switch (onError) {
    case "continue":
      return { status: { ...status, tolerated: true }, posts: "done", exitCode: 0 };
    case "continueAndFail":
      return { status, posts: "done", exitCode: status.exitCode };
    case "stopAndSucceed":
      return { status: { ...status, tolerated: true, stop: true }, posts: "error", exitCode: 0 };
    default:
      return { status, posts: "error", exitCode: status.exitCode };
  }
}
