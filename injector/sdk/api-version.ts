// Tekton's version wherever Tekton would understand the object; ours where a field of ours is used.

import { OURS, oursIn } from "../documents/load/ours.ts";
import type { TektonObject, Unversioned } from "../documents/spec.ts";

const TEKTON: Readonly<Record<TektonObject["kind"], string>> = {
  Task: "tekton.dev/v1",
  TaskRun: "tekton.dev/v1",
  Pipeline: "tekton.dev/v1",
  PipelineRun: "tekton.dev/v1",
  StepAction: "tekton.dev/v1beta1",
};

export const apiVersionOf = (object: Unversioned): string =>
  oursIn(object).length > 0 ? OURS : TEKTON[object.kind];
