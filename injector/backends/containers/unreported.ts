// The ending of a step that could not tell it by itself.

import { lostStatus, PROTOCOL_VERSION, type StepStatus } from "../../../entrypoint/protocol/index.ts";
import { now } from "../../record/follow.ts";

/** It ran or waited, and how that ended is not known. */
export const lostStep = (step: string, message: string): StepStatus => ({
  ...lostStatus(step, now()),
  message,
});

/** Its container was never started, because the run was cancelled before. */
export const cancelledStep = (step: string, message: string): StepStatus => ({
  protocol: PROTOCOL_VERSION,
  step,
  state: "cancelled",
  by: "entrypoint",
  reason: "Cancelled",
  message,
  attempt: 1,
  waitingSince: now(),
  finishedAt: now(),
});
