// The steps that made a run fail: those that ended badly by themselves, and were not tolerated.

import type { StepStatus } from "../../entrypoint/protocol/index.ts";
import type { RunRecord, StepRecord } from "./record.ts";

export const decisiveSteps = ({ steps }: RunRecord): readonly StepRecord[] => steps.filter(isDecisive);

export const isDecisive = ({ state, cause, tolerated, taskTolerated }: StepStatus): boolean =>
  (state === "failed" || state === "timedOut" || state === "lost" || state === "setupFailed") &&
  cause === undefined &&
  tolerated !== true &&
  taskTolerated !== true;
