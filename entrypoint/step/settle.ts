// After the play: results are read, the ending is recorded. Posting it is the caller's, and comes last.

import type { Interruption } from "../endings/control.ts";
import { judge, type Outcome, type Verdict } from "../endings/outcome.ts";
import { type Host, HostError, Interrupted } from "../host.ts";
import {
  beneath,
  type Flags,
  InternalKey,
  isFailure,
  type MessageEntry,
  ResultType,
  TERMINATION_FILE,
} from "../protocol/index.ts";
import { likelyBudget } from "../record/budget.ts";
import type { Step } from "../record/context.ts";
import { type StepRecord, saveExitCode, saveStatus, timestamp } from "../record/record.ts";
import { wrongResult } from "../record/result-types.ts";
import { declaredResults } from "../record/results.ts";
import { type Candidate, composeMessage, type Message } from "../record/termination.ts";
import { waitAfterFailure } from "./breakpoint.ts";
import type { Played, Unreportable } from "./play.ts";

/** Throws HostError where the ending cannot be recorded. */
export async function settle(step: Step, played: Played): Promise<Verdict> {
  const { flags, record } = step;
  const verdict = conclude(step, played);
  if (verdict.status.state === "succeeded") await played.keep?.();
  const stops = flags.breakpoint_on_failure && verdict.status.state === "failed" && hasFailed(played.outcome);
  return stops && record.post !== undefined ? debugFailure(step, record.post, played, verdict) : verdict;
}

/** Ended from outside when the play was over: what it had been is recorded with that. */
export const settleInterrupted = (step: Step, played: Played, why: Interruption): Verdict =>
  conclude(step, { ...played, outcome: { kind: "interrupted", why } });

/** The one writer of endings: the message first, then the record. */
function conclude(step: Step, played: Played): Verdict {
  const { host, flags, record } = step;
  const { verdict, text } = reckon(host, flags, played);
  const problem = writeMessage(host, flags, text);
  if (isTold(played)) {
    // All that counts has been told: here is only when the step started.
    if (problem !== undefined) host.log(`warning: there is no termination message: ${problem.message}`);
    return verdict;
  }
  const ending = problem === undefined ? verdict : withoutMessage(host, verdict, problem);
  save(host, record, played, ending);
  return ending;
}

/** A step whose word cannot be heard has failed, whatever it would have said. */
function withoutMessage(host: Host, verdict: Verdict, problem: HostError): Verdict {
  const message = `the termination message cannot be written: ${problem.message}`;
  if (!isFailure(verdict.status))
    return judge({ kind: "unreportable", reason: "CannotRecord", message }, undefined);
  host.log(`error: ${message}`);
  return verdict;
}

/** The verdict, and the message that goes with it; results that cannot be carried out change the verdict. */
function reckon(host: Host, flags: Flags, played: Played): { verdict: Verdict; text: string } {
  const verdict = judge(played.outcome, flags.on_error);
  const message = played.unreportable ?? report(host, flags, played, verdict);
  if (!("kind" in message)) return { verdict, text: message.text };
  const failed = judge(message, flags.on_error);
  const bare = compose(host, flags, [], played, failed);
  return { verdict: failed, text: bare.ok ? bare.text : "[]" };
}

/** A result that cannot be read is no result that is missing: the step says which, and fails. */
function report(
  host: Host,
  flags: Flags,
  played: Played,
  verdict: Verdict,
): { readonly text: string } | Unreportable {
  try {
    const isWhole = verdict.posts === "done" && mayHaveLeft(played) && !isTold(played);
    const wrong = isWhole ? wrongResult(host, flags) : undefined;
    if (wrong !== undefined) return { kind: "unreportable", reason: "ResultInvalid", message: wrong };
    const candidates =
      hasStarted(played) && !isTold(played) ? declaredResults(host, flags, played.before) : [];
    const message = compose(host, flags, candidates, played, verdict);
    if (message.ok) return message;
    return { kind: "unreportable", reason: "ResultTooLarge", message: message.problem };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const problem = `a result cannot be read: ${error.message}`;
    return { kind: "unreportable", reason: "CannotRecord", message: problem };
  }
}

function compose(
  host: Host,
  flags: Flags,
  candidates: readonly Candidate[],
  played: Played,
  verdict: Verdict,
): Message {
  return composeMessage(host, candidates, internalEntries(played, verdict), {
    budget: flags.termination_budget ?? likelyBudget(host, flags),
    overflow: flags.result_overflow === "spill" ? "spill" : "fail",
    compress: flags.compress_termination_message ?? false,
  });
}

/** Last in the message, so that a reader for whom the last of equal keys wins cannot be deceived by a result's name. */
function internalEntries({ startedAt }: Played, { status }: Verdict): MessageEntry[] {
  const type = ResultType.internal;
  const reason = REASONS[status.state];
  const tolerated = status.tolerated && status.exitCode !== undefined;
  return [
    { key: InternalKey.startedAt, value: startedAt, type },
    ...(tolerated ? [{ key: InternalKey.exitCode, value: String(status.exitCode), type }] : []),
    ...(reason === undefined ? [] : [{ key: InternalKey.reason, value: reason, type }]),
  ];
}

/** The three words Tekton's controller knows. */
const REASONS: Readonly<Record<string, string>> = {
  skipped: "Skipped",
  lost: "Skipped",
  cancelled: "Cancelled",
  timedOut: "TimeoutExceeded",
};

/** Without -termination_path there need not be a message: outside a pod nobody made the file. */
function writeMessage(host: Host, flags: Flags, text: string): HostError | undefined {
  try {
    host.overwrite(beneath(flags.termination_path ?? TERMINATION_FILE), text);
    return undefined;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return flags.termination_path === undefined ? undefined : error;
  }
}

/** The exitCode file is Tekton's: of the command, and 0 where `when` skipped the step. */
function save(host: Host, record: StepRecord, played: Played, { status }: Verdict): void {
  const { outcome, startedAt, attempts, artifacts, cache } = played;
  const isTold = outcome.kind === "released";
  if (status.message !== undefined && !isTold) host.log(`${record.step}: ${status.message}`);
  const started = hasStarted(played);
  if (started || outcome.kind === "skipped") saveExitCode(host, record, status.exitCode ?? 0);
  saveStatus(host, record, {
    ...status,
    attempt: Math.max(1, attempts.length),
    ...(attempts.length > 1 ? { attempts } : {}),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(cache === undefined ? {} : { cache }),
    ...(started ? { startedAt } : {}),
    finishedAt: timestamp(host.now()),
  });
}

/** Held at the breakpoint until somebody decides, or the run ends. */
async function debugFailure(step: Step, post: string, played: Played, verdict: Verdict): Promise<Verdict> {
  const { host, control } = step;
  try {
    const exitCode = await waitAfterFailure(host, post, control.stop);
    if (exitCode !== 0) return { ...verdict, exitCode };
    return conclude(step, { ...played, outcome: { kind: "released", status: verdict.status } });
  } catch (error) {
    if (!(error instanceof Interrupted) || control.stop.why === undefined) throw error;
    return settleInterrupted(step, played, control.stop.why);
  }
}

/** A foreseen success: recorded and posted, without anything to report. */
export const isTold = ({ outcome }: Played): boolean =>
  outcome.kind === "exited" && "told" in outcome.exit && outcome.exit.told !== undefined;

const hasFailed = ({ kind }: Outcome): boolean => kind === "exited" || kind === "notStarted";

/** A step whose own condition was false may be the last of a Task all the same. */
const mayHaveLeft = (played: Played): boolean =>
  hasStarted(played) || (played.outcome.kind === "skipped" && played.outcome.reason === "Skipped");

const hasStarted = ({ outcome, attempts }: Played): boolean =>
  outcome.kind === "exited" ||
  (outcome.kind === "released" && outcome.status.by === "command") ||
  (outcome.kind === "interrupted" && attempts.length > 0);
