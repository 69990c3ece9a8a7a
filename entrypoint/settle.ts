// After the play: results are read, the ending is recorded, and only then others are told.

import type { Control } from "./control.ts";
import { type Host, HostError } from "./host.ts";
import { judge, type Outcome, type Verdict } from "./outcome.ts";
import type { Played } from "./play.ts";
import {
  type Flags,
  InternalKey,
  MESSAGE_LIMIT,
  type MessageEntry,
  ResultType,
  TERMINATION_FILE,
} from "./protocol/index.ts";
import { post, type StepRecord, saveExitCode, saveStatus, timestamp } from "./record.ts";
import { declaredResults } from "./results.ts";
import { type Candidate, composeMessage, type Message } from "./termination.ts";

/** Returns the entrypoint's exit code. Throws HostError where the ending cannot be recorded. */
export async function settle(
  host: Host,
  flags: Flags,
  record: StepRecord,
  _control: Control,
  played: Played,
): Promise<number> {
  const { verdict, text } = reckon(host, flags, played);
  const { status } = verdict;
  if (status.message !== undefined) host.log(`${record.step}: ${status.message}`);
  if (ranOrSkipped(played.outcome)) saveExitCode(host, record, status.exitCode ?? 0);
  const { startedAt, attempts } = played;
  const attempt = Math.max(1, attempts.length);
  const finishedAt = timestamp(host.now());
  const many = attempts.length > 1 ? { attempts } : {};
  const started = hasStarted(played.outcome) ? { startedAt } : {};
  saveStatus(host, record, { ...status, attempt, ...many, ...started, finishedAt });
  writeMessage(host, flags, text);
  post(host, record, verdict.posts);
  return verdict.exitCode;
}

// --- Internal helpers ---

/** The verdict, and the message that goes with it; results that cannot be carried out change the verdict. */
function reckon(host: Host, flags: Flags, played: Played): { verdict: Verdict; text: string } {
  const candidates = hasStarted(played.outcome) ? declaredResults(host, flags, played.before) : [];
  const verdict = judge(played.outcome, flags.on_error);
  const message = compose(host, flags, candidates, played, verdict);
  if (message.ok) return { verdict, text: message.text };
  const unreportable = { kind: "unreportable", reason: "ResultTooLarge", message: message.problem } as const;
  const failed = judge(unreportable, flags.on_error);
  const bare = compose(host, flags, [], played, failed);
  return { verdict: failed, text: bare.ok ? bare.text : "[]" };
}

function compose(
  host: Host,
  flags: Flags,
  candidates: readonly Candidate[],
  played: Played,
  verdict: Verdict,
): Message {
  return composeMessage(host, candidates, internalEntries(played, verdict), {
    budget: flags.termination_budget ?? MESSAGE_LIMIT,
    overflow: flags.result_overflow === "spill" ? "spill" : "fail",
    compress: flags.compress_termination_message ?? false,
  });
}

/** Last in the message, so that a reader for whom the last of equal keys wins cannot be deceived by a result's name. */
function internalEntries({ startedAt }: Played, { status }: Verdict): MessageEntry[] {
  const reason = REASONS[status.state];
  return [
    { key: InternalKey.startedAt, value: startedAt, type: ResultType.internal },
    ...(status.tolerated && status.exitCode !== undefined
      ? [{ key: InternalKey.exitCode, value: String(status.exitCode), type: ResultType.internal }]
      : []),
    ...(reason === undefined ? [] : [{ key: InternalKey.reason, value: reason, type: ResultType.internal }]),
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
function writeMessage(host: Host, flags: Flags, text: string): void {
  try {
    host.overwrite(flags.termination_path ?? TERMINATION_FILE, text);
  } catch (error) {
    if (flags.termination_path !== undefined || !(error instanceof HostError)) throw error;
  }
}

const hasStarted = ({ kind }: Outcome): boolean => kind === "exited" || kind === "interrupted";

/** Tekton's exitCode file: of the command, and 0 where `when` skipped the step. */
const ranOrSkipped = (outcome: Outcome): boolean => hasStarted(outcome) || outcome.kind === "skipped";
