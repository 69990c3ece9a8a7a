// One task of a Pipeline: what it runs, what it is given, and which fields go together.

import { listed, suggestion } from "../diagnostics/nearest.ts";
import type { Library } from "../documents/library.ts";
import type { Param, ParamSpec, PipelineTask } from "../documents/spec.ts";
import { PIPELINE_TASK_ACCEPTS } from "../documents/variable-fields.ts";
import { checkTaskArtifacts } from "./bound-artifacts.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { checkDuration, checkOnError, checkWhen } from "./fields.ts";
import { checkMatrix, matrixParams } from "./matrix.ts";
import { checkGiven, specOfGiven } from "./params.ts";
import { checkReferences } from "./references.ts";
import { checkTask, type Surroundings } from "./task.ts";
import type { Tasks } from "./task-references.ts";
import { exactlyOne } from "./task-run.ts";
import { asPassing, checkBound, knownWorkspace } from "./workspaces.ts";

export interface PipelineNames extends Surroundings {
  readonly tasks: Tasks;
}

export interface InPipeline {
  readonly names: PipelineNames;
  readonly isFinal: boolean;
  readonly library: Library;
}

export function* checkPipelineTask(cursor: Cursor, task: PipelineTask, around: InPipeline): Faults {
  const { taskRef, taskSpec, pipelineRef, pipelineSpec } = task;
  yield* exactlyOne(cursor, { taskRef, taskSpec, pipelineRef, pipelineSpec });
  yield* checkFields(cursor, task, around);
  yield* checkMatrix(within(cursor, "matrix"), task, around.names);
  yield* checkEmbedded(cursor, task, around);
  yield* checkFit(cursor, task, around);
  yield* checkTexts(cursor, task, around);
}

function* checkFields(cursor: Cursor, task: PipelineTask, { isFinal }: InPipeline): Faults {
  yield* checkDuration(within(cursor, "timeout"), task.timeout);
  yield* checkOnError(within(cursor, "onError"), task.onError, ["continue", "stopAndFail"]);
  yield* checkWhen(within(cursor, "when"), task.when);
  if ((task.retries ?? 0) > 0 && task.onError === "continue")
    yield fault(
      within(cursor, "retries"),
      "retries-and-on-error",
      "retries and onError: continue exclude each other",
      "keep one of them",
      "key",
    );
  if (isFinal && task.runAfter !== undefined)
    yield fault(
      within(cursor, "runAfter"),
      "run-after-in-finally",
      "final tasks have no order among themselves",
      "remove runAfter, or make one Task of them",
      "key",
    );
  if (!isInlined(task)) return;
  const forbidden = ["matrix", "retries", "timeout", "onError", "artifacts"] as const;
  for (const field of forbidden.filter((name) => task[name] !== undefined))
    yield fault(
      within(cursor, field),
      "pipeline-in-pipeline",
      `a Pipeline in a Pipeline cannot have "${field}"`,
      "put it on the tasks of the inner Pipeline",
      "key",
    );
}

const isInlined = (task: PipelineTask): boolean =>
  task.pipelineRef !== undefined || task.pipelineSpec !== undefined;

/** What is around a task that is written into the Pipeline: what it is given counts as its own. */
export function surroundingsOf(task: PipelineTask, { names, isFinal }: InPipeline): PipelineNames {
  const given: readonly (readonly [string, ParamSpec | undefined])[] = [
    ...(task.params ?? []).map((one) => [one.name, specOfGiven(one, names.params)] as const),
    ...matrixParams(task).map(({ name }) => [name, { name, type: "string" }] as const),
  ];
  return {
    params: new Map([...names.params, ...given]),
    workspaces: new Set([...names.workspaces, ...(task.workspaces ?? []).map(({ name }) => name)]),
    tasks: names.tasks,
    around: isFinal ? "finally" : "pipeline",
  };
}

function* checkEmbedded(cursor: Cursor, task: PipelineTask, around: InPipeline): Faults {
  const { library } = around;
  if (task.taskSpec !== undefined)
    yield* checkTask(within(cursor, "taskSpec"), task.taskSpec, surroundingsOf(task, around), library);
  const inner =
    task.pipelineSpec ?? (task.pipelineRef && library.resolve("Pipeline", task.pipelineRef)?.object.spec);
  if (inner?.finally !== undefined && inner.finally.length > 0)
    yield fault(
      cursor,
      "pipeline-in-pipeline",
      `the Pipeline of task "${task.name}" has final tasks (${listed(inner.finally.map(({ name }) => name))}); inside another one they cannot be kept`,
      "move them to the finally of the outer Pipeline",
    );
}

/** Params and workspaces against what the Task (or inner Pipeline) declares. */
function* checkFit(cursor: Cursor, task: PipelineTask, { names, library }: InPipeline): Faults {
  const found =
    (task.taskRef && library.resolve("Task", task.taskRef)) ??
    (task.pipelineRef && library.resolve("Pipeline", task.pipelineRef));
  const spec = task.taskSpec ?? task.pipelineSpec ?? found?.object.spec;
  if (spec === undefined) return;
  const open = found === undefined;
  const target = open ? `task "${task.name}"` : `${found.object.kind} "${found.object.metadata.name}"`;
  const fanned = matrixParams(task).map(({ name }): Param => ({ name, value: "" }));
  const scope = new Set([...(open ? names.params.keys() : []), ...fanned.map(({ name }) => name)]);
  yield* checkGiven(spec.params, {
    list: within(cursor, "params"),
    owner: cursor,
    params: task.params ?? [],
    target,
    scope,
    around: names.params,
    extra: open ? "welcome" : "warning",
  });
  yield* checkTaskArtifacts(cursor, task, spec, target);
  if (!open) yield* unknownFanned(cursor, task, spec.params ?? [], target);
  yield* checkPassed(within(cursor, "workspaces"), task, names);
  const around = open ? names.workspaces : new Set<string>();
  yield* checkBound(cursor, task.workspaces, spec.workspaces, { target, open, around, cure: asPassing });
}

function* unknownFanned(
  cursor: Cursor,
  task: PipelineTask,
  declared: readonly { readonly name: string }[],
  target: string,
): Faults {
  const there = declared.map(({ name }) => name);
  for (const [index, { name }] of (task.matrix?.params ?? []).entries())
    if (!there.includes(name))
      yield fault(
        within(cursor, "matrix", "params", index, "name"),
        "unknown-param",
        `${target} has no param "${name}"`,
        suggestion(name, there, "remove it"),
      );
}

/** The names in the outer Pipeline; those of the Task are `checkBound`'s. */
function* checkPassed(cursor: Cursor, { workspaces = [] }: PipelineTask, names: PipelineNames): Faults {
  yield* duplicates(cursor, workspaces, "workspace");
  for (const [index, { name, workspace }] of workspaces.entries())
    yield* knownWorkspace(
      within(cursor, index, workspace === undefined ? "name" : "workspace"),
      workspace ?? name,
      names.workspaces,
      "the Pipeline",
    );
}

/** What names a combination of a matrix may tell its values; everything else is the same for all. */
const BY_COMBINATION = {
  displayName: PIPELINE_TASK_ACCEPTS.displayName,
  matrix: { ".include[].name": PIPELINE_TASK_ACCEPTS.matrix[".include[].name"] },
};
const { ".include[].name": _name, ...MATRIX } = PIPELINE_TASK_ACCEPTS.matrix;
const FOR_ALL = { ...PIPELINE_TASK_ACCEPTS, displayName: {}, matrix: MATRIX };

/** Every text of the task but those of what is embedded. */
function* checkTexts(cursor: Cursor, task: PipelineTask, around: InPipeline): Faults {
  const { params, ...names } = surroundingsOf(task, around);
  yield* checkReferences(cursor, task, FOR_ALL, { ...names, params: around.names.params });
  yield* checkReferences(cursor, task, BY_COMBINATION, { ...names, params });
}
