// One play of a step: wait for the turn, prepare the command, run it.

import type { Arguments } from "./arguments.ts";
import { commandWords, variable } from "./command.ts";
import type { Control } from "./control.ts";
import type { Command, Host } from "./host.ts";
import type { Outcome } from "./outcome.ts";
import { chainedTo } from "./peers.ts";
import type { Attempt, Flags } from "./protocol/index.ts";
import { type StepRecord, saveStatus, timestamp } from "./record.ts";
import { type Before, rememberShared } from "./results.ts";
import { runOnce } from "./run.ts";
import { type Edge, waitForTurn } from "./wait.ts";

export interface Played {
  readonly outcome: Outcome;
  /** When the turn came. */
  readonly startedAt: string;
  /** Runs of the command; none where it was never started. */
  readonly attempts: readonly Attempt[];
  /** What the shared files held before. */
  readonly before: Before;
}

/** Throws StepFault for what the step was given, Interrupted when it is to end before its command started. */
export async function play(
  host: Host,
  given: Arguments,
  record: StepRecord,
  control: Control,
): Promise<Played> {
  const { flags } = given;
  const argv = commandWords(host, given);
  const broken = await waitForTurn(host, edgesOf(flags), control.stop);
  const startedAt = timestamp(host.now());
  const ended = (outcome: Outcome): Played => ({ outcome, startedAt, attempts: [], before: new Map() });
  if (broken !== undefined && !(flags.breakpoint_on_failure && broken.how === "error"))
    return ended({ kind: "chained", ...chainedTo(host, broken) });
  const before = rememberShared(host, flags);
  saveStatus(host, record, { state: "running", attempt: 1, startedAt });
  const limits = { timeout: flags.timeout ?? 0, grace: flags.grace_period ?? GRACE };
  const run = await runOnce(host, commandOf(host, flags, argv), limits, control);
  return { outcome: run, startedAt, attempts: [], before };
}

// --- Internal helpers ---

const GRACE = 10_000;

function edgesOf(flags: Flags): Edge[] {
  const content = flags.wait_file_content ?? false;
  return [
    ...(flags.wait_file ?? []).map((post) => ({ post, content, settled: false })),
    ...(flags.wait_settled ?? []).map((post) => ({ post, content: false, settled: true })),
  ];
}

function commandOf(host: Host, flags: Flags, argv: readonly string[]): Command {
  return {
    argv,
    environment: host.environment,
    ...(flags.stdout_path === undefined ? {} : { stdoutPath: flags.stdout_path }),
    ...(flags.stderr_path === undefined ? {} : { stderrPath: flags.stderr_path }),
    ...(variable(host, "TEKTON_HERMETIC") === "1" ? { hermetic: true } : {}),
  };
}
