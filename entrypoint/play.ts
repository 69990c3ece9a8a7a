// One play of a step: wait for the turn, find out whether and what to run, run it.

import { waitBeforeStep } from "./breakpoint.ts";
import { commandWords, variable } from "./command.ts";
import type { Step } from "./context.ts";
import { writeCredentials } from "./credentials/index.ts";
import { StepFault } from "./fault.ts";
import { guardTask } from "./guard.ts";
import type { Command } from "./host.ts";
import type { Outcome } from "./outcome.ts";
import { chainedTo } from "./peers.ts";
import type { Attempt } from "./protocol/index.ts";
import { timestamp } from "./record.ts";
import { type Before, rememberShared } from "./results.ts";
import { runWithRetries } from "./retry.ts";
import { withScript } from "./script.ts";
import { stepReader } from "./step-references.ts";
import { firstOf, type Reader, substituteEnvironment, substituteWords } from "./substitute.ts";
import { parseTaskRefs, taskReader } from "./task-references.ts";
import { timeLeft } from "./task-time.ts";
import { type Edge, type Sighting, waitForTurn } from "./wait.ts";
import { findFalse, parseWhen, type WhenExpression } from "./when.ts";

export interface Played {
  readonly outcome: Outcome;
  /** When the turn came. */
  readonly startedAt: string;
  /** All runs of the command so far, those of earlier attempts of the Task included. */
  readonly attempts: readonly Attempt[];
  /** What the shared files held before. */
  readonly before: Before;
  readonly seen: readonly Sighting[];
  /** No further attempt of the Task can change it. */
  readonly final: boolean;
}

/** Throws StepFault for what the step was given, Interrupted when it is to end before its command started. */
export async function play(step: Step, edges: readonly Edge[], earlier: readonly Attempt[]): Promise<Played> {
  const { host, flags, control } = step;
  const prepared = prepare(step);
  const { broken, seen } = await waitForTurn(host, edges, control.stop);
  const startedAt = timestamp(host.now());
  const rest = { startedAt, seen };
  if (broken !== undefined && !(flags.breakpoint_on_failure && broken.how === "error")) {
    const outcome = { kind: "chained", ...chainedTo(host, broken) } as const;
    return { outcome, ...rest, attempts: earlier, before: new Map(), final: broken.final };
  }
  const kept = await keptFromRunning(step, prepared);
  if (kept !== undefined) return { ...kept, ...rest, attempts: earlier, before: new Map() };
  const command = commandOf(step, prepared);
  const before = rememberShared(host, flags);
  const { last, attempts } = await runWithRetries(step, command, limitsOf(step), earlier);
  const final = last.kind === "interrupted" && last.why.of === "run";
  return { outcome: last, ...rest, attempts, before, final };
}

// --- Internal helpers ---

const GRACE = 10_000;

/** What is known before the turn comes; whatever is wrong with it is said at once. */
interface Prepared {
  readonly words: readonly string[];
  readonly when: readonly WhenExpression[];
  readonly steps: Reader;
  readonly tasks: Reader | undefined;
  readonly both: Reader;
}

function prepare({ host, flags, given }: Step): Prepared {
  const words = commandWords(host, given);
  const { when_expressions: when, task_refs: refs } = flags;
  const steps = stepReader(host, flags);
  const tasks = refs === undefined ? undefined : taskReader(host, parseTaskRefs(refs));
  writeCredentials(host, flags);
  return {
    words,
    when: when === undefined ? [] : parseWhen(when, "when_expressions"),
    steps,
    tasks,
    both: tasks === undefined ? steps : firstOf([steps, tasks]),
  };
}

/** Why the command does not run although the turn came: the Task's guard, a breakpoint, `when`, no time left. */
async function keptFromRunning(
  step: Step,
  { when, tasks, both }: Prepared,
): Promise<{ readonly outcome: Outcome; readonly final: boolean } | undefined> {
  const { host, flags, given } = step;
  const skipped = await guardTask(host, given, tasks);
  if (skipped !== undefined) return { outcome: skipped, final: true };
  await passBreakpoint(step);
  const isFalse = await findFalse(when, both);
  if (isFalse !== undefined)
    return { outcome: { kind: "skipped", reason: "Skipped", message: isFalse }, final: false };
  const task = timeLeft(host, flags);
  if (task === undefined || task.left > 0) return undefined;
  return { outcome: { kind: "interrupted", why: task.over }, final: false };
}

async function passBreakpoint({ host, flags, control }: Step): Promise<void> {
  if (!flags.debug_before_step || flags.post_file === undefined) return;
  const decision = await waitBeforeStep(host, flags.post_file, control.stop);
  if (decision === "fail")
    throw new StepFault("BreakpointFailed", "failed at the breakpoint before the step");
}

/** TEKTON_RESOURCE_NAME, which a user could set, does not switch hermetic mode off as it does in Tekton. */
function commandOf({ host, flags }: Step, { words, steps, tasks, both }: Prepared): Command {
  return {
    argv: withScript(host, flags, substituteWords(words, both), steps, tasks),
    environment: substituteEnvironment(host.environment, both),
    ...(flags.stdout_path === undefined ? {} : { stdoutPath: flags.stdout_path }),
    ...(flags.stderr_path === undefined ? {} : { stderrPath: flags.stderr_path }),
    ...(variable(host, "TEKTON_HERMETIC") === "1" ? { hermetic: true } : {}),
  };
}

function limitsOf({ host, flags }: Step) {
  const task = timeLeft(host, flags);
  const limits = { timeout: flags.timeout ?? 0, grace: flags.grace_period ?? GRACE };
  return task === undefined ? limits : { ...limits, task };
}
