// One play of a step: wait for the turn, find out whether and what to run, run it.

import type { Known as KnownArtifacts } from "../artifacts/record.ts";
import { commandOf, commandWords, variable } from "../command/command.ts";
import type { Run } from "../command/run.ts";
import { writeCredentials } from "../credentials/index.ts";
import { StepFault } from "../endings/fault.ts";
import type { Outcome } from "../endings/outcome.ts";
import type { Command, Host, Started } from "../host.ts";
import { chainedTo, statusOf } from "../peers/peers.ts";
import { timeLeft } from "../peers/task-time.ts";
import { type Edge, type Sighting, waitForTurn } from "../peers/wait.ts";
import {
  type ArtifactStatus,
  type Attempt,
  type CacheStatus,
  DEFAULT_GRACE,
  type DeclaredArtifacts,
  type Flags,
  type StepArtifacts,
} from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { timestamp } from "../record/record.ts";
import {
  type Before,
  declaredResults,
  ownProducts,
  rememberShared,
  sharedProducts,
} from "../record/results.ts";
import { type Looked, lookedInto, lookedTexts } from "../references/looked.ts";
import { attemptReader } from "../references/retry-count.ts";
import { firstOf, type Reader, substituteEnvironment, substituteWords } from "../references/substitute.ts";
import { findFalse, parseWhen, type WhenExpression } from "../references/when.ts";
import { waitBeforeStep } from "./breakpoint.ts";
import { enterDirectory } from "./directory.ts";
import { failedBefore } from "./fail-fast.ts";
import { foresee } from "./foresee.ts";
import { guardTask } from "./guard.ts";
import { runWithRetries } from "./retry.ts";
import { findScript, type Script, withScript } from "./script.ts";

export interface Played {
  readonly outcome: Outcome;
  /** When the turn came. */
  readonly startedAt: string;
  /** All runs of the command so far, those of earlier attempts of the Task included. */
  readonly attempts: readonly Attempt[];
  /** What the shared files held before. */
  readonly before: Before;
  readonly seen: readonly Sighting[];
  /** Inputs that were verified; outputs, where the command has succeeded. */
  readonly artifacts?: StepArtifacts;
  /** What is wrong with the outputs of a command that has succeeded. */
  readonly unreportable?: Unreportable;
  /** Of a step that may be cached; what it has left is kept once it is known to have succeeded. */
  readonly cache?: CacheStatus;
  keep?(): Promise<void>;
  /** No further attempt of the Task can change it. */
  readonly final: boolean;
}

export type Unreportable = Extract<Outcome, { readonly kind: "unreportable" }>;

/** Throws StepFault for what the step was given, Interrupted when it is to end before its command started. */
export async function play(step: Step, edges: readonly Edge[], earlier: readonly Attempt[]): Promise<Played> {
  const { host, flags, control } = step;
  const prepared = await prepare(step);
  const isReplaced = prepared.hasReferences || prepared.script !== undefined;
  const foreseen = isReplaced ? undefined : foresee(step, edges, prepared.command);
  const { broken, seen, started } = await waitForTurn(host, edges, control.stop, foreseen);
  if (started !== undefined) return playStarted(step, prepared.command, started, seen);
  const startedAt = timestamp(host.now());
  const rest = { startedAt, seen };
  const kept = chained(step, broken) ?? (await keptFromRunning(step, prepared));
  if (kept !== undefined) return { ...kept, ...rest, attempts: earlier, before: new Map() };
  const inputs =
    prepared.artifacts === undefined
      ? NO_INPUTS
      : await (await declaredArtifacts()).verifyInputs(step, prepared.artifacts, prepared.all);
  if ("outcome" in inputs)
    return { ...rest, attempts: earlier, before: new Map(), ...inputs, final: isFinal(inputs.outcome) };
  const lost = enterDirectory(host, flags);
  if (lost !== undefined)
    return { ...rest, attempts: earlier, before: new Map(), outcome: lost, final: isFinal(lost) };
  const command = substitute(step, prepared);
  const before = rememberShared(host, flags);
  const given = { ...rest, before, earlier, inputs: inputs.value };
  return flags.cache === undefined
    ? run(step, prepared, command, given)
    : runUnlessCached(step, prepared, command, given);
}

interface GivenRun extends Pick<Played, "startedAt" | "seen" | "before"> {
  readonly earlier: readonly Attempt[];
  readonly inputs: readonly ArtifactStatus[];
}

async function run(
  step: Step,
  { artifacts }: Prepared,
  command: Command,
  { earlier, inputs, ...rest }: GivenRun,
): Promise<Played> {
  const { last, attempts } = await runWithRetries(step, command, limitsOf(step), earlier);
  const ended = await withOutputs(step, artifacts, inputs, last);
  return { ...rest, attempts, ...ended, final: isFinal(ended.outcome) };
}

/** What has been run before is taken as it was left. */
async function runUnlessCached(
  step: Step,
  prepared: Prepared,
  command: Command,
  given: GivenRun,
): Promise<Played> {
  const { artifacts: declared = {}, all: read } = prepared;
  const { earlier, inputs, ...rest } = given;
  const { consult } = await import("../cache/index.ts");
  const cache = await consult(step, { command, declared, inputs, read, reports: REPORTS });
  if ("outcome" in cache)
    return { ...rest, attempts: earlier, outcome: cache.outcome, final: isFinal(cache.outcome) };
  const { status, restored, command: copied, keep } = cache.value;
  if (restored !== undefined) {
    const ended = await withOutputs(step, prepared.artifacts, inputs, RESTORED, restored);
    return { ...rest, attempts: earlier, ...ended, cache: status, final: isFinal(ended.outcome) };
  }
  const played = await run(step, prepared, copied, given);
  const { before, artifacts = {} } = played;
  return { ...played, cache: status, keep: () => keep(artifacts, before, step.control.stop) };
}

const REPORTS = { sharedProducts, ownProducts, declaredResults } as const;

/** As if the command had run. */
const RESTORED: Run = { kind: "exited", exit: { code: 0 } };

/** It was known that nothing keeps the command from running, and that it has nothing to report so far. */
async function playStarted(
  step: Step,
  command: Command,
  started: Started,
  seen: readonly Sighting[],
): Promise<Played> {
  const { last, attempts } = await runWithRetries(step, command, limitsOf(step), [], started);
  const startedAt = timestamp(started.at);
  return { startedAt, seen, attempts, before: new Map(), outcome: last, final: isFinal(last) };
}

/** What is known before the turn comes, so that a hand-over is short; whatever is wrong with it is said at once. */
interface Prepared {
  /** As it will run if it holds no reference. */
  readonly command: Command;
  readonly hasReferences: boolean;
  /** What may hold some. */
  readonly looked: Looked;
  readonly script: Script | undefined;
  readonly when: readonly WhenExpression[];
  readonly tasks: Reader | undefined;
  /** Knows everything that this step may refer to. */
  readonly all: Reader;
  readonly artifacts: DeclaredArtifacts | undefined;
}

async function prepare({ host, flags, given, attempt }: Step): Promise<Prepared> {
  const argv = commandWords(host, given);
  const { environment } = host;
  const { when_expressions: when, task_refs: refs, artifacts } = flags;
  const looked = lookedInto(flags);
  const hasReferences = lookedTexts(looked, argv, environment).some((text) => text.includes("$("));
  const script = findScript(host, flags, argv);
  const tasks = refs === undefined ? undefined : await taskReaderOf(host, refs);
  const own = [attemptReader(attempt)];
  if (hasReferences || [script, when, artifacts].some((one) => one !== undefined))
    own.unshift(await stepReaderOf(host, flags));
  await writeCredentials(host, flags);
  return {
    command: { ...commandOf(host, flags, argv), ...hermetic(host) },
    hasReferences,
    looked,
    script,
    when: when === undefined ? [] : parseWhen(when, "when_expressions"),
    tasks,
    all: firstOf(tasks === undefined ? own : [...own, tasks]),
    artifacts: artifacts === undefined ? undefined : (await declaredArtifacts()).parseArtifacts(flags),
  };
}

/** TEKTON_RESOURCE_NAME, which a user could set, does not switch it off as it does in Tekton. */
const hermetic = (host: Host): Pick<Command, "hermetic"> =>
  variable(host, "TEKTON_HERMETIC") === "1" ? { hermetic: true } : {};

const declaredArtifacts = () => import("../artifacts/declared.ts");
const NO_INPUTS = { value: [] } as const;

async function stepReaderOf(host: Host, flags: Flags): Promise<Reader> {
  const { stepReader } = await import("../references/step-references.ts");
  return stepReader(host, flags);
}

/** Loaded by those alone that have such references: a waiting step holds less. */
async function taskReaderOf(host: Host, refs: string): Promise<Reader> {
  const { parseTaskRefs, taskReader } = await import("../references/task-references.ts");
  return taskReader(host, parseTaskRefs(refs));
}

/** The end of what ended before: a step that was waited for, or one of another Task. */
function chained(step: Step, broken: Sighting | undefined): Kept | undefined {
  const { host, flags } = step;
  if (broken !== undefined && !(flags.breakpoint_on_failure && isPassed(host, broken)))
    return { outcome: { kind: "chained", ...chainedTo(host, broken) }, final: broken.final };
  const cause = failedBefore(step);
  return cause && { outcome: { kind: "chained", state: "skipped", cause, stop: false }, final: true };
}

/** Where failures are debugged, a step goes past one that was released (Tekton's rule): not past the end of the run. */
function isPassed(host: Host, { how, post }: Sighting): boolean {
  if (how !== "error") return false;
  const status = statusOf(host, post);
  return ![status?.state, status?.cause?.state].some((one) => one === "cancelled" || one === "lost");
}

type Kept = Pick<Played, "outcome" | "final">;

/** Why the command does not run although the turn came: the Task's guard, a breakpoint, `when`, no time left. */
async function keptFromRunning(step: Step, { when, tasks, all }: Prepared): Promise<Kept | undefined> {
  const { host, flags, given } = step;
  const skipped = await guardTask(host, given, tasks);
  if (skipped !== undefined) return { outcome: skipped, final: true };
  await passBreakpoint(step);
  const isFalse = await findFalse(host, when, all);
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

function substitute(
  { host, flags }: Step,
  { command, hasReferences, looked, script, all }: Prepared,
): Command {
  if (!hasReferences && script === undefined) return command;
  const words = substituteWords(command.argv, all, looked);
  const argv = script === undefined ? words : withScript(host, flags, words, script, all);
  return { ...command, argv, environment: substituteEnvironment(command.environment, all, looked) };
}

function limitsOf({ host, flags }: Step) {
  const task = timeLeft(host, flags);
  const limits = { timeout: flags.timeout ?? 0, grace: flags.grace_period ?? DEFAULT_GRACE };
  return task === undefined ? limits : { ...limits, task };
}

const isFinal = (outcome: Outcome): boolean => outcome.kind === "interrupted" && outcome.why.of === "run";

const STILL_THERE: Unreportable = {
  kind: "unreportable",
  reason: "ArtifactInvalid",
  message: "a process that the command has left cannot be ended, and could change what is to be attested",
};

/** The ending with what the step leaves. */
async function withOutputs(
  step: Step,
  declared: DeclaredArtifacts | undefined,
  inputs: readonly ArtifactStatus[],
  last: Outcome,
  known?: KnownArtifacts,
): Promise<Pick<Played, "outcome" | "artifacts" | "unreportable">> {
  const used = inputs.length === 0 ? {} : { artifacts: { inputs } };
  const hasSucceeded = last.kind === "exited" && "code" in last.exit && last.exit.code === 0;
  if (declared === undefined || !hasSucceeded) return { outcome: last, ...used };
  // What is attested is what was there: nothing of the step is left that could change it.
  const hasOutputs = (declared.outputs ?? []).length > 0;
  if (hasOutputs && !(await step.host.endAll())) return { outcome: last, unreportable: STILL_THERE, ...used };
  const recorded = await (await declaredArtifacts()).recordOutputs(step, declared, inputs, known);
  if ("value" in recorded) return { outcome: last, artifacts: recorded.value };
  const { outcome } = recorded;
  return outcome.kind === "unreportable"
    ? { outcome: last, unreportable: outcome, ...used }
    : { outcome, ...used };
}
