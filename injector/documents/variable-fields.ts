// Where variables mean something: the fields whose texts are replaced, and what each may speak of. Every field of every
// object has its row here, so that a new one is an error of the compiler until somebody has decided; those of steps have a
// table of their own (step-fields.ts). A text that stands in no row is never replaced: a name, a description.

import type { Path } from "./load.ts";
import type {
  ContainerFields,
  PipelineRunSpec,
  PipelineSpec,
  PipelineTask,
  PipelineTaskRunSpec,
  StepActionSpec,
  TaskRunSpec,
  TaskSpec,
} from "./spec.ts";
import { STEP_FIELDS, type StepFieldName, stepFieldsWhere } from "./step-fields.ts";
import type { Scope } from "./variables.ts";

/**
 * Paths below a field, `[]` for any item of a list and `…` for whatever stands deeper, with what the texts there may speak
 * of. The names of the first scope's variables are known where the text stands; the others are answered further in.
 */
export type Accepts = Readonly<Record<string, Accepted>>;
/** `refused`: nobody replaces anything here, and a text with a reference would mean nothing. */
type Accepted = readonly Scope[] | "refused";

const NOTHING: Accepts = {};

/** A StepAction's container; what the table of steps calls `never` is no text. */
const CONTAINER_FIELDS = stepFieldsWhere(({ writer, answered }) => writer !== "step" && answered !== "never");

const each = (names: readonly string[], scopes: readonly Scope[]): Accepts =>
  Object.fromEntries(names.map((name) => [`.${name}…`, scopes]));

export const STEP_ACCEPTS: Readonly<Record<StepFieldName, Accepts>> = {
  ...(Object.fromEntries(
    Object.entries(STEP_FIELDS).map(([name, { answered }]) => [
      name,
      answered === "never" ? NOTHING : { "…": ["step"] as const },
    ]),
  ) as Record<StepFieldName, Accepts>),
  params: { "[].value…": ["step"] },
  workspaces: { "[].mountPath": ["step"], "[].subPath": ["step"] },
  when: { "[].input": ["step"], "[].values…": ["step"], "[].cel": ["step"] },
  ref: { ".params[].value…": ["reference"] },
  artifacts: {
    ".inputs[].path": ["task"],
    ".inputs[].digest…": ["task", "taskResult"],
    ".outputs[].path": ["task"],
  },
  cache: { ".key…": ["step"] },
};

export const TASK_ACCEPTS = {
  displayName: { "…": ["task"] },
  description: NOTHING,
  params: { "[].default…": ["task"] },
  workspaces: { "[].mountPath": ["mount"] },
  results: { "[].value…": ["taskResult"] },
  steps: NOTHING,
  stepTemplate: each(CONTAINER_FIELDS, ["task"]),
  sidecars: { "[]…": ["task"] },
  volumes: { "[]…": ["task"] },
  cache: { ".key…": ["task"] },
} as const satisfies Record<keyof TaskSpec, Accepts>;

export const ACTION_ACCEPTS: Readonly<Record<keyof StepActionSpec, Accepts>> = {
  ...(Object.fromEntries(
    CONTAINER_FIELDS.map((name): [string, Accepts] => [name, { "…": ["action"] }]),
  ) as Record<keyof ContainerFields, Accepts>),
  description: NOTHING,
  params: { "[].default…": ["action"] },
  results: NOTHING,
};

/** Values that are handed on may speak of what only the Task will know; those of a run are data, and speak of nothing. */
export const PIPELINE_TASK_ACCEPTS = {
  name: NOTHING,
  displayName: { "…": ["pipeline", "task"] },
  description: NOTHING,
  taskRef: { ".name": ["reference"], ".params[].value…": ["reference"] },
  taskSpec: NOTHING,
  pipelineRef: { ".name": ["reference"], ".params[].value…": ["reference"] },
  pipelineSpec: NOTHING,
  params: { "[].value…": ["pipeline", "task"] },
  workspaces: { "[].subPath": ["pipeline"] },
  artifacts: { ".inputs[].from": ["pipeline"] },
  cache: { ".key…": ["pipeline"] },
  runAfter: NOTHING,
  when: { "[].input": ["pipeline"], "[].values…": ["pipeline"], "[].cel": ["pipeline"] },
  matrix: {
    ".params[].value…": ["pipeline", "task"],
    ".include[].name": ["pipeline"],
    ".include[].params[].value…": ["pipeline", "task"],
  },
  retries: NOTHING,
  timeout: { "…": ["pipeline"] },
  onError: { "…": ["pipeline"] },
} as const satisfies Record<keyof PipelineTask, Accepts>;

export const PIPELINE_ACCEPTS = {
  displayName: NOTHING,
  description: NOTHING,
  params: { "[].default…": ["pipelineRun"] },
  workspaces: NOTHING,
  tasks: NOTHING,
  finally: NOTHING,
  results: { "[].value…": ["pipelineResult"] },
} as const satisfies Record<keyof PipelineSpec, Accepts>;

export const TASK_RUN_ACCEPTS = {
  params: NOTHING,
  workspaces: { "[]…": ["taskRun"] },
  serviceAccountName: { "…": "refused" },
  podTemplate: { "…": ["taskRun"] },
  taskRef: { ".params[].value…": ["reference"] },
  taskSpec: NOTHING,
  timeout: { "…": "refused" },
  retries: NOTHING,
  computeResources: { "…": ["taskRun"] },
  stepSpecs: { "[].computeResources…": ["taskRun"] },
  sidecarSpecs: { "[].computeResources…": ["taskRun"] },
  debug: NOTHING,
} as const satisfies Record<keyof TaskRunSpec, Accepts>;

export const TASK_OF_RUN_ACCEPTS = {
  pipelineTaskName: NOTHING,
  serviceAccountName: { "…": "refused" },
  podTemplate: { "…": ["pipelineRun"] },
  metadata: NOTHING,
  timeout: { "…": "refused" },
  computeResources: { "…": ["pipelineRun"] },
  stepSpecs: { "[].computeResources…": ["pipelineRun"] },
  sidecarSpecs: { "[].computeResources…": ["pipelineRun"] },
} as const satisfies Record<keyof PipelineTaskRunSpec, Accepts>;

export const PIPELINE_RUN_ACCEPTS = {
  params: NOTHING,
  workspaces: { "[]…": ["pipelineRun"] },
  serviceAccountName: NOTHING,
  podTemplate: NOTHING,
  pipelineRef: { ".params[].value…": ["reference"] },
  pipelineSpec: NOTHING,
  timeouts: { "…": "refused" },
  taskRunTemplate: { ".podTemplate…": ["pipelineRun"], ".serviceAccountName": "refused" },
  taskRunSpecs: Object.fromEntries(
    Object.entries(TASK_OF_RUN_ACCEPTS).flatMap(([name, accepts]) =>
      Object.entries(accepts).map(([path, scopes]) => [`[].${name}${path}`, scopes] as const),
    ),
  ),
} as const satisfies Record<keyof PipelineRunSpec, Accepts>;

/** What the text at `path` below a field may speak of; undefined where it is never replaced. */
export function acceptedAt(accepts: Accepts, path: Path): Accepted | undefined {
  const written = path.map((part) => (typeof part === "number" ? "[]" : `.${part}`)).join("");
  const row = Object.entries(accepts).find(([pattern]) =>
    pattern.endsWith("…") ? written.startsWith(pattern.slice(0, -1)) : written === pattern,
  );
  return row?.[1];
}

/** All rows, for people. */
export const ACCEPTING: readonly {
  readonly object: string;
  readonly field: string;
  readonly accepted: Accepted;
}[] = [
  ...rows("Task", "steps[].", STEP_ACCEPTS),
  ...rows("Task", "", TASK_ACCEPTS),
  ...rows("StepAction", "", ACTION_ACCEPTS),
  ...rows("Pipeline", "tasks[].", PIPELINE_TASK_ACCEPTS),
  ...rows("Pipeline", "", PIPELINE_ACCEPTS),
  ...rows("TaskRun", "", TASK_RUN_ACCEPTS),
  ...rows("PipelineRun", "", PIPELINE_RUN_ACCEPTS),
];

function rows(object: string, prefix: string, fields: Readonly<Record<string, Accepts>>) {
  return Object.entries(fields).flatMap(([name, accepts]) =>
    Object.entries(accepts).map(([path, accepted]) => ({
      object,
      field: `spec.${prefix}${name}${path}`,
      accepted,
    })),
  );
}
