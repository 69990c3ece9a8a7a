// The life of a step, from coming up to its last word.

import type { Arguments } from "../command/arguments.ts";
import { type Control, takeControl } from "../endings/control.ts";
import { StepFault } from "../endings/fault.ts";
import type { Outcome } from "../endings/outcome.ts";
import { type Host, HostError, Interrupted } from "../host.ts";
import { linger } from "../peers/linger.ts";
import type { Edge } from "../peers/wait.ts";
import type { Attempt, Flags } from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import {
  describeRecord,
  openRecord,
  post,
  postUnrecorded,
  type StepRecord,
  timestamp,
} from "../record/record.ts";
import { type Played, play } from "./play.ts";
import { earlierEnding } from "./restart.ts";
import { isTold, settle } from "./settle.ts";

/** Returns the exit code of the entrypoint: the table "Endings" of protocol/README.md. */
export async function runStep(host: Host, given: Arguments): Promise<number> {
  const control = takeControl(host, given.flags);
  let record: StepRecord | undefined;
  try {
    record = describeRecord(host, given.flags);
    const earlier = earlierEnding(host, record);
    if (earlier !== undefined) return earlier;
    host.adoptOrphans();
    if (given.flags.confined) host.confine();
    const { flags } = given;
    const exitCode = await live({ host, given, flags, record: openRecord(host, record), control });
    if (flags.linger !== undefined) await linger(host, flags.linger, control);
    return exitCode;
  } catch (error) {
    host.log(`error: the step cannot be recorded: ${wordsOf(error)}`);
    if (record !== undefined) postUnrecorded(host, record);
    return CANNOT_RECORD;
  } finally {
    control.over.fire(true);
  }
}

const CANNOT_RECORD = 1;

/** Whatever it is, it ends the step and is posted: what is no HostError is a defect of ours, and others do not wait for it. */
const wordsOf = (error: unknown): string =>
  error instanceof HostError || error instanceof StepFault ? error.message : String(error);

async function live(step: Step): Promise<number> {
  const { host, flags, record } = step;
  if (flags.task_retries && flags.task_end !== undefined && record.post !== undefined)
    return (await import("./attempts.ts")).playTaskAttempts(step, edgesOf(flags), playToAnEnding);
  const played = await playToAnEnding(step, edgesOf(flags), []);
  const verdict = await settle(step, played);
  if (!isTold(played)) post(host, record, verdict.posts, record.alive);
  return verdict.exitCode;
}

function edgesOf(flags: Flags): readonly Edge[] {
  const content = flags.wait_file_content ?? false;
  return [
    ...(flags.wait_file ?? []).map((post) => ({ post, content, settled: false })),
    ...(flags.wait_settled ?? []).map((post) => ({ post, content: false, settled: true })),
  ];
}

/** Whatever stops a play halfway is an ending too. */
async function playToAnEnding(
  step: Step,
  edges: readonly Edge[],
  attempts: readonly Attempt[],
): Promise<Played> {
  const { host, given, record, control } = step;
  try {
    if (given.problem !== undefined) throw new StepFault("InvalidFlags", given.problem);
    await makeOwnLayout(step);
    return await play(step, edges, attempts);
  } catch (error) {
    const outcome = outcomeOf(error, record, control);
    const startedAt = timestamp(host.now());
    const final = outcome.kind !== "setupFailed";
    return { outcome, startedAt, attempts, before: new Map(), seen: [], final };
  }
}

/** What is this step's alone to see: nobody looks there before it runs. */
async function makeOwnLayout({ host, flags }: Step): Promise<void> {
  if (flags.layout === undefined) return;
  const { makeLayout } = await import("../command/layout.ts");
  try {
    makeLayout(host, flags.layout, "-layout");
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new StepFault("CannotPrepare", error.message);
  }
}

/** Throws on what is no ending: a defect, or a run directory that cannot be written. */
function outcomeOf(error: unknown, record: StepRecord, control: Control): Outcome {
  if (error instanceof StepFault) {
    const { reason, message } = error;
    return reason === "InputsSkipped"
      ? { kind: "skipped", reason, message }
      : { kind: "setupFailed", reason, message };
  }
  if (error instanceof Interrupted && control.stop.why !== undefined)
    return { kind: "interrupted", why: control.stop.why };
  if (error instanceof HostError && !isOwnFile(record, error.path))
    return { kind: "setupFailed", reason: "CannotPrepare", message: error.message };
  throw error;
}

const isOwnFile = ({ metadata, post }: StepRecord, path: string | undefined): boolean =>
  path === undefined || [metadata, post].some((own) => own !== undefined && path.startsWith(own));
