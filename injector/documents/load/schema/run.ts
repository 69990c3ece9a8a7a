// Shapes of TaskRun and PipelineRun.

import * as v from "valibot";
import type { PipelineRunSpec, TaskRunSpec } from "../../spec.ts";
import {
  count,
  duration,
  kubernetes,
  objectRef,
  optional,
  overrides,
  param,
  pipelineRef,
  resources,
  taskMetadata,
  text,
} from "./common.ts";
import { pipelineSpec } from "./pipeline.ts";
import { taskSpec } from "./task.ts";

const workspaceBinding = v.strictObject({
  name: text,
  subPath: optional(text, "Directory in the volume."),
  emptyDir: optional(kubernetes("EmptyDirVolumeSource")),
  persistentVolumeClaim: optional(kubernetes("PersistentVolumeClaimVolumeSource")),
  volumeClaimTemplate: optional(kubernetes("PersistentVolumeClaim")),
  configMap: optional(kubernetes("ConfigMapVolumeSource")),
  secret: optional(kubernetes("SecretVolumeSource")),
  projected: optional(kubernetes("ProjectedVolumeSource")),
  csi: optional(kubernetes("CSIVolumeSource")),
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
  podTemplate: optional(
    kubernetes("PodTemplate"),
    "Fields of the pod: nodeSelector, tolerations, securityContext …",
  ),
  timeout: optional(duration, "How long an attempt may take: 90s, 5m, 1h30m."),
  retries: optional(count, "Attempts after the first."),
  computeResources: optional(resources),
  stepSpecs: optional(overrides),
  sidecarSpecs: optional(overrides),
  debug: optional(kubernetes("Debug")),
});

export const pipelineRunSpec: v.GenericSchema<unknown, PipelineRunSpec> = v.strictObject({
  ...runFields,
  pipelineRef: optional(pipelineRef, "The Pipeline to run, by name or resolver."),
  pipelineSpec: optional(pipelineSpec, "The Pipeline to run, written here."),
  timeouts: optional(
    v.strictObject({
      pipeline: optional(duration),
      tasks: optional(duration),
      finally: optional(duration),
    }),
  ),
  taskRunTemplate: optional(
    v.strictObject({
      serviceAccountName: optional(text, "Service account of the pod."),
      podTemplate: optional(kubernetes("PodTemplate")),
    }),
  ),
  taskRunSpecs: optional(
    v.array(
      v.strictObject({
        pipelineTaskName: text,
        serviceAccountName: optional(text, "Service account of the pod."),
        podTemplate: optional(
          kubernetes("PodTemplate"),
          "Fields of the pod: nodeSelector, tolerations, securityContext …",
        ),
        stepSpecs: optional(overrides),
        sidecarSpecs: optional(overrides),
        metadata: optional(taskMetadata),
        computeResources: optional(resources),
        timeout: optional(duration, "How long an attempt may take: 90s, 5m, 1h30m."),
      }),
    ),
  ),
});
