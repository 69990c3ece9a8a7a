// Shapes of Task and StepAction, and of everything a step or sidecar may say.

import * as v from "valibot";
import type { ContainerFields, SidecarSpec, StepActionSpec, StepSpec, TaskSpec } from "../../spec.ts";
import type { StepFieldName } from "../../step-fields.ts";
import {
  cache,
  count,
  duration,
  flag,
  kubernetes,
  kubernetesWith,
  objectRef,
  optional,
  param,
  paramSpec,
  resources,
  resultSpec,
  text,
  texts,
  when,
} from "./common.ts";

const env = kubernetesWith(
  "EnvVar",
  v.looseObject({ name: text, value: optional(text), valueFrom: optional(kubernetes("EnvVarSource")) }),
);
const volumeMount = kubernetesWith(
  "VolumeMount",
  v.looseObject({ name: text, mountPath: text, subPath: optional(text), subPathExpr: optional(text) }),
);

const container = {
  image: optional(text, "Image that the step runs in. Not needed on this machine."),
  command: optional(texts, "The program and its first words; without it the script, or the image's own."),
  args: optional(
    texts,
    "Words after the command, or for the script. $(params.list[*]) becomes as many as the list has.",
  ),
  script: optional(
    text,
    "Text of a program; without a #! line it is sh, and stops at the first failure. Excludes command.",
  ),
  workingDir: optional(text, "Directory the step starts in."),
  env: optional(v.array(env)),
  envFrom: optional(v.array(kubernetes("EnvFromSource"))),
  volumeMounts: optional(v.array(volumeMount)),
  volumeDevices: optional(v.array(kubernetes("VolumeDevice"))),
  imagePullPolicy: optional(text, "Always, IfNotPresent or Never."),
  securityContext: optional(kubernetes("SecurityContext")),
  computeResources: optional(resources, "Requests and limits, as Kubernetes has them."),
};

const workspaceUse = { name: text, mountPath: optional(text) };
const outputFile = v.strictObject({ path: text });

const artifacts = v.strictObject({
  inputs: optional(
    v.array(
      v.strictObject({
        name: text,
        path: optional(text, "Where it is; by default where the step that leaves it has it."),
        from: optional(text, "$(steps.<step>.outputs.<name>); without it, the Task's user binds it."),
        digest: optional(
          v.record(v.string(), text),
          "What it must be, whoever made it: {sha256: hex} of a file, {dirHash: hex} of a directory.",
        ),
      }),
    ),
    "Data that is verified before the command runs: $(inputs.<name>.path).",
  ),
  outputs: optional(
    v.array(
      v.strictObject({
        name: text,
        path: optional(
          text,
          "Where it is; without it the command writes a reference to $(step.artifacts.path).",
        ),
        buildOutput: optional(flag, "It is what is built, and not a by-product."),
      }),
    ),
    "Data that is hashed once the command has succeeded: $(outputs.<name>.path).",
  ),
});

const stepFields = {
  name: optional(text),
  displayName: optional(text, "How people read it."),
  ...container,
  ref: optional(
    objectRef,
    "A StepAction (name or resolver) or, with kind: Task, another Task whose steps stand here.",
  ),
  params: optional(v.array(param)),
  timeout: optional(duration, "How long it may take, from the start of its command: 90s, 5m, 1h30m."),
  onError: optional(
    text,
    "continue: go on, all is well; continueAndFail: go on, then fail; stopAndSucceed: stop, all is well; stopAndFail.",
  ),
  when: optional(v.array(when)),
  results: optional(v.array(resultSpec)),
  stdoutConfig: optional(outputFile),
  stderrConfig: optional(outputFile),
  workspaces: optional(
    v.array(v.strictObject({ ...workspaceUse, workspace: optional(text), subPath: optional(text) })),
  ),
  retries: optional(count, "Run it again in place, so many times."),
  // Ours, and no list of Kubernetes: an empty one waits for nobody.
  needs: optional({ ...texts, emptyIsAbsent: false }, "Steps it waits for, in place of the one before."),
  finally: optional(flag, "Run whatever happened before."),
  artifacts: optional(artifacts, "Data with immutable references: verified before, hashed after."),
  cache: optional(
    cache,
    "What has been run before is not run again: what it leaves is taken from the cache.",
  ),
} satisfies Record<StepFieldName, v.GenericSchema>;

export const step: v.GenericSchema<unknown, StepSpec> = v.strictObject(stepFields);

export const sidecar = v.strictObject({
  ...container,
  name: optional(text),
  workspaces: optional(v.array(v.strictObject(workspaceUse))),
  restartPolicy: optional(text),
  readinessProbe: optional(kubernetes("Probe")),
  livenessProbe: optional(kubernetes("Probe")),
  startupProbe: optional(kubernetes("Probe")),
  lifecycle: optional(kubernetes("Lifecycle")),
  ports: optional(v.array(kubernetes("ContainerPort"))),
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
  readOnly: optional(flag, "Nobody writes to it: its readers may run side by side."),
  optional: optional(flag, "It may be left unbound."),
});

export const taskFields = {
  description: optional(text),
  displayName: optional(text, "How people read it."),
  params: optional(v.array(paramSpec)),
  workspaces: optional(v.array(workspaceDeclaration)),
  results: optional(v.array(resultSpec)),
  steps: v.array(step),
  stepTemplate: optional(stepTemplate, "What every step has unless it says otherwise."),
  sidecars: optional(sidecars, "Containers beside the steps, stopped when these have ended."),
  volumes: optional(
    v.array(kubernetesWith("Volume", v.looseObject({ name: text }))),
    "Volumes as Kubernetes has them.",
  ),
  cache: optional(
    cache,
    "Of its steps that leave outputs or results: what has been run before is not run again.",
  ),
};

export const taskSpec: v.GenericSchema<unknown, TaskSpec> = v.strictObject(taskFields);

export const stepActionSpec: v.GenericSchema<unknown, StepActionSpec> = v.strictObject({
  ...container,
  description: optional(text),
  displayName: optional(text, "How people read it."),
  params: optional(v.array(paramSpec)),
  results: optional(v.array(resultSpec)),
});
