// Shapes of TaskRun and PipelineRun.

import * as v from "valibot";
import type { PipelineRunSpec, TaskRunSpec } from "../../spec.ts";
import { count, metadata, named, objectRef, optional, param, raw, text } from "./common.ts";
import { pipelineSpec } from "./pipeline.ts";
import { taskSpec } from "./task.ts";

const workspaceBinding = v.strictObject({
  name: text,
  subPath: optional(text, "Directory in the volume."),
  emptyDir: optional(raw),
  persistentVolumeClaim: optional(raw),
  volumeClaimTemplate: optional(raw),
  configMap: optional(raw),
  secret: optional(raw),
  projected: optional(raw),
  csi: optional(raw),
  folder: optional(text, "A folder of this machine (Baton's own)."),
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
  taskRef: optional(objectRef, "The Task to run, by name or resolver."),
  taskSpec: optional(taskSpec, "The Task to run, written here."),
  serviceAccountName: optional(text, "Service account of the pod."),
  podTemplate: optional(raw, "Fields of the pod: nodeSelector, tolerations, securityContext …"),
  timeout: optional(text, "How long an attempt may take: 90s, 5m, 1h30m."),
  retries: optional(count, "Attempts after the first."),
  computeResources: optional(raw),
  stepSpecs: optional(named),
  sidecarSpecs: optional(named),
  debug: optional(raw),
});

export const pipelineRunSpec: v.GenericSchema<unknown, PipelineRunSpec> = v.strictObject({
  ...runFields,
  pipelineRef: optional(objectRef, "The Pipeline to run, by name or resolver."),
  pipelineSpec: optional(pipelineSpec, "The Pipeline to run, written here."),
  timeouts: optional(
    v.strictObject({ pipeline: optional(text), tasks: optional(text), finally: optional(text) }),
  ),
  taskRunTemplate: optional(
    v.strictObject({
      serviceAccountName: optional(text, "Service account of the pod."),
      podTemplate: optional(raw),
    }),
  ),
  taskRunSpecs: optional(
    v.array(
      v.strictObject({
        pipelineTaskName: text,
        serviceAccountName: optional(text, "Service account of the pod."),
        podTemplate: optional(raw, "Fields of the pod: nodeSelector, tolerations, securityContext …"),
        stepSpecs: optional(named),
        sidecarSpecs: optional(named),
        metadata: optional(metadata),
        computeResources: optional(raw),
        timeout: optional(text, "How long an attempt may take: 90s, 5m, 1h30m."),
      }),
    ),
  ),
});
