// The life of a step, from coming up to its last word.

import type { Arguments } from "./arguments.ts";
import { type Control, takeControl } from "./control.ts";
import { StepFault } from "./fault.ts";
import { type Host, HostError, Interrupted } from "./host.ts";
import type { Outcome } from "./outcome.ts";
import { type Played, play } from "./play.ts";
import { describeRecord, openRecord, postUnrecorded, type StepRecord, timestamp } from "./record.ts";
import { earlierEnding } from "./restart.ts";
import { settle } from "./settle.ts";

/** Returns the exit code of the entrypoint: the table "Endings" of protocol/README.md. */
export async function runStep(host: Host, given: Arguments): Promise<number> {
  const control = takeControl(host, given.flags);
  const record = describeRecord(host, given.flags);
  try {
    const earlier = earlierEnding(host, record);
    if (earlier !== undefined) return earlier;
    host.adoptOrphans();
    openRecord(host, record);
    const played = await playToAnEnding(host, given, record, control);
    return await settle(host, given.flags, record, control, played);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    host.log(`error: ${record.step} cannot be recorded: ${error.message}`);
    postUnrecorded(host, record);
    return CANNOT_RECORD;
  } finally {
    control.over.fire(true);
  }
}

// --- Internal helpers ---

const CANNOT_RECORD = 1;

/** Whatever stops a play halfway is an ending too. */
async function playToAnEnding(
  host: Host,
  given: Arguments,
  record: StepRecord,
  control: Control,
): Promise<Played> {
  const failed = (outcome: Outcome): Played => ({
    outcome,
    startedAt: timestamp(host.now()),
    attempts: [],
    before: new Map(),
  });
  try {
    if (given.problem !== undefined) throw new StepFault("InvalidFlags", given.problem);
    return await play(host, given, record, control);
  } catch (error) {
    if (error instanceof StepFault)
      return failed({ kind: "setupFailed", reason: error.reason, message: error.message });
    if (error instanceof Interrupted && control.stop.why !== undefined)
      return failed({ kind: "interrupted", why: control.stop.why });
    throw error;
  }
}
