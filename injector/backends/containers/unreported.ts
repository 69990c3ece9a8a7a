// The ending of a step that could not tell it by itself.

import { EXIT, PROTOCOL_VERSION, type StepStatus } from "../../../entrypoint/protocol/index.ts";
import { now } from "../../record/follow.ts";

/** It ran or waited, and how that ended is not known. */
export const lostStep = (step: string, message: string): StepStatus => ({
  ...ending(step, message),
  state: "lost",
  reason: "StepLost",
  exitCode: EXIT.lost,
});

/** Its container was never started, because the run was cancelled before. */
export const cancelledStep = (step: string, message: string): StepStatus => ({
  ...ending(step, message),
  state: "cancelled",
  reason: "Cancelled",
});

const ending = (step: string, message: string) => ({
  protocol: PROTOCOL_VERSION,
  step,
  by: "entrypoint" as const,
  message,
  attempt: 1,
  waitingSince: now(),
  finishedAt: now(),
});
