// Shapes of TaskRun and PipelineRun.

import * as v from "valibot";
import type { PipelineRunSpec, TaskRunSpec } from "../../spec.ts";
import { count, metadata, named, objectRef, optional, param, raw, text } from "./common.ts";
import { pipelineSpec } from "./pipeline.ts";
import { taskSpec } from "./task.ts";

const workspaceBinding = v.strictObject({
  name: text,
  subPath: optional(text),
  emptyDir: optional(raw),
  persistentVolumeClaim: optional(raw),
  volumeClaimTemplate: optional(raw),
  configMap: optional(raw),
  secret: optional(raw),
  projected: optional(raw),
  csi: optional(raw),
  folder: optional(text),
});

const runFields = {
  params: optional(v.array(param)),
  workspaces: optional(v.array(workspaceBinding)),
  status: optional(text),
  statusMessage: optional(text),
  managedBy: optional(text),
};

export const taskRunSpec: v.GenericSchema<unknown, TaskRunSpec> = v.strictObject({
  ...runFields,
  taskRef: optional(objectRef),
  taskSpec: optional(taskSpec),
  serviceAccountName: optional(text),
  podTemplate: optional(raw),
  timeout: optional(text),
  retries: optional(count),
  computeResources: optional(raw),
  stepSpecs: optional(named),
  sidecarSpecs: optional(named),
  debug: optional(raw),
});

export const pipelineRunSpec: v.GenericSchema<unknown, PipelineRunSpec> = v.strictObject({
  ...runFields,
  pipelineRef: optional(objectRef),
  pipelineSpec: optional(pipelineSpec),
  timeouts: optional(
    v.strictObject({ pipeline: optional(text), tasks: optional(text), finally: optional(text) }),
  ),
  taskRunTemplate: optional(
    v.strictObject({ serviceAccountName: optional(text), podTemplate: optional(raw) }),
  ),
  taskRunSpecs: optional(
    v.array(
      v.strictObject({
        pipelineTaskName: text,
        serviceAccountName: optional(text),
        podTemplate: optional(raw),
        stepSpecs: optional(named),
        sidecarSpecs: optional(named),
        metadata: optional(metadata),
        computeResources: optional(raw),
        timeout: optional(text),
      }),
    ),
  ),
});
