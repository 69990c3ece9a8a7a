// tekton.dev/v1beta1 → v1, as Tekton itself converts: fields that moved are moved, fields that never had an effect
// on a run are dropped. What has no counterpart stays, and the schema of v1 then names it.

import { asRaw, isRaw } from "../raw.ts";
import type { Raw } from "../spec.ts";

/** The spec of a v1beta1 object of `kind` in the words of v1. Anything that is not of the expected shape stays as it is. */
export function convertSpec(kind: string, spec: unknown): unknown {
  if (!isRaw(spec)) return spec;
  switch (kind) {
    case "Task":
    case "ClusterTask":
      return task(spec);
    case "TaskRun":
      return taskRun(spec);
    case "Pipeline":
      return pipeline(spec);
    case "PipelineRun":
      return pipelineRun(spec);
    default:
      return spec;
  }
}

/** Container fields that v1beta1 carried along without any effect. */
const NEVER_USED = [
  "ports",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "stdin",
  "stdinOnce",
  "tty",
];

const task = (spec: Raw): Raw =>
  change(spec, {
    steps: each((step) => renamed(ref(without(step, NEVER_USED), "ref"), "resources", "computeResources")),
    stepTemplate: one((step) =>
      renamed(without(step, ["name", ...NEVER_USED]), "resources", "computeResources"),
    ),
    sidecars: each((sidecar) => renamed(sidecar, "resources", "computeResources")),
  });

const pipelineTask = (fields: Raw): Raw =>
  change(ref(ref(fields, "taskRef"), "pipelineRef"), { taskSpec: one(task), pipelineSpec: one(pipeline) });

const pipeline = (spec: Raw): Raw => change(spec, { tasks: each(pipelineTask), finally: each(pipelineTask) });

const overrides = (fields: Raw): Raw => renamed(fields, "resources", "computeResources");

const runOverrides = (fields: Raw): Raw =>
  change(renamed(renamed(fields, "stepOverrides", "stepSpecs"), "sidecarOverrides", "sidecarSpecs"), {
    stepSpecs: each(overrides),
    sidecarSpecs: each(overrides),
  });

const taskRun = (spec: Raw): Raw => change(runOverrides(ref(spec, "taskRef")), { taskSpec: one(task) });

function pipelineRun(spec: Raw): Raw {
  const { timeout, serviceAccountName, podTemplate, ...rest } = ref(spec, "pipelineRef");
  const template = present({ serviceAccountName, podTemplate });
  return change(
    {
      ...rest,
      ...(timeout === undefined ? {} : { timeouts: { pipeline: timeout, ...asRaw(rest["timeouts"]) } }),
      ...(Object.keys(template).length === 0 ? {} : { taskRunTemplate: template }),
    },
    {
      pipelineSpec: one(pipeline),
      taskRunSpecs: each((fields) =>
        runOverrides(
          renamed(
            renamed(fields, "taskServiceAccountName", "serviceAccountName"),
            "taskPodTemplate",
            "podTemplate",
          ),
        ),
      ),
    },
  );
}

/** `bundle: image` is what the resolver "bundles" does today. */
function ref(fields: Raw, field: string): Raw {
  const given = fields[field];
  if (!isRaw(given) || typeof given["bundle"] !== "string") return fields;
  const { bundle, name, kind, ...rest } = given;
  const params = [
    { name: "bundle", value: bundle },
    { name: "name", value: name ?? "" },
    { name: "kind", value: String(kind ?? (field === "pipelineRef" ? "Pipeline" : "Task")).toLowerCase() },
  ];
  return { ...fields, [field]: { ...rest, resolver: "bundles", params } };
}

const present = (fields: Raw): Raw =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const without = (fields: Raw, names: readonly string[]): Raw =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const renamed = (fields: Raw, from: string, to: string): Raw =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name === from ? to : name, value]));

type Change = (value: unknown) => unknown;

const one =
  (convert: (fields: Raw) => Raw): Change =>
  (value) =>
    isRaw(value) ? convert(value) : value;

const each =
  (convert: (fields: Raw) => Raw): Change =>
  (value) =>
    Array.isArray(value) ? value.map(one(convert)) : value;

const change = (fields: Raw, changes: Readonly<Record<string, Change>>): Raw =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, changes[name]?.(value) ?? value]));
