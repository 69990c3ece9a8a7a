// Shapes of Task and StepAction, and of everything a step or sidecar may say.

import * as v from "valibot";
import type { ContainerFields, SidecarSpec, StepActionSpec, StepSpec, TaskSpec } from "../../spec.ts";
import {
  count,
  flag,
  named,
  objectRef,
  optional,
  param,
  paramSpec,
  raw,
  raws,
  resultSpec,
  text,
  texts,
  when,
} from "./common.ts";

const container = {
  image: optional(text),
  command: optional(texts),
  args: optional(texts),
  script: optional(text),
  workingDir: optional(text),
  env: optional(v.array(v.looseObject({ name: text, value: optional(text), valueFrom: optional(raw) }))),
  envFrom: optional(raws),
  volumeMounts: optional(v.array(v.looseObject({ name: text, mountPath: text }))),
  volumeDevices: optional(raws),
  imagePullPolicy: optional(text),
  securityContext: optional(raw),
  computeResources: optional(raw),
};

const workspaceUse = { name: text, mountPath: optional(text) };
const outputFile = v.strictObject({ path: text });

export const step: v.GenericSchema<unknown, StepSpec> = v.strictObject({
  name: optional(text),
  displayName: optional(text),
  ...container,
  ref: optional(objectRef),
  params: optional(v.array(param)),
  timeout: optional(text),
  onError: optional(text),
  when: optional(v.array(when)),
  results: optional(v.array(resultSpec)),
  stdoutConfig: optional(outputFile),
  stderrConfig: optional(outputFile),
  workspaces: optional(
    v.array(v.strictObject({ ...workspaceUse, workspace: optional(text), subPath: optional(text) })),
  ),
  retries: optional(count),
  needs: optional(texts),
  finally: optional(flag),
});

export const sidecar = v.strictObject({
  ...container,
  name: optional(text),
  workspaces: optional(v.array(v.strictObject(workspaceUse))),
  restartPolicy: optional(text),
  readinessProbe: optional(raw),
  livenessProbe: optional(raw),
  startupProbe: optional(raw),
  lifecycle: optional(raw),
  ports: optional(raws),
  terminationMessagePath: optional(text),
  terminationMessagePolicy: optional(text),
  stdin: optional(flag),
  stdinOnce: optional(flag),
  tty: optional(flag),
});

/** One without a name gets one, as a step does. */
const sidecars: v.GenericSchema<unknown, readonly SidecarSpec[]> = v.pipe(
  v.array(sidecar),
  v.transform((list) => list.map((one, index) => ({ ...one, name: one.name ?? `unnamed-${index}` }))),
);

const stepTemplate: v.GenericSchema<unknown, ContainerFields> = v.strictObject(container);

const workspaceDeclaration = v.strictObject({
  ...workspaceUse,
  description: optional(text),
  readOnly: optional(flag),
  optional: optional(flag),
});

export const taskFields = {
  description: optional(text),
  displayName: optional(text),
  params: optional(v.array(paramSpec)),
  workspaces: optional(v.array(workspaceDeclaration)),
  results: optional(v.array(resultSpec)),
  steps: v.array(step),
  stepTemplate: optional(stepTemplate),
  sidecars: optional(sidecars),
  volumes: optional(named),
};

export const taskSpec: v.GenericSchema<unknown, TaskSpec> = v.strictObject(taskFields);

export const stepActionSpec: v.GenericSchema<unknown, StepActionSpec> = v.strictObject({
  ...container,
  description: optional(text),
  displayName: optional(text),
  params: optional(v.array(paramSpec)),
  results: optional(v.array(resultSpec)),
});
