// A Pipeline, given by name or embedded: its declarations, each of its tasks, the graph they make, and its results.

import { referencesIn } from "../../entrypoint/protocol/index.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Library } from "../documents/library.ts";
import type { ParamValue, PipelineSpec, PipelineTask } from "../documents/spec.ts";
import { PIPELINE_ACCEPTS } from "../documents/variable-fields.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { checkGraph } from "./graph.ts";
import { nameSyntax } from "./names.ts";
import { checkDeclared } from "./params.ts";
import { checkPipelineTask, type InPipeline, type PipelineNames, surroundingsOf } from "./pipeline-task.ts";
import { checkReferences } from "./references.ts";
import type { Surroundings } from "./task.ts";
import { namedTasks } from "./task-references.ts";

/** The cursor is at the Pipeline's spec. */
export function* checkPipeline(
  cursor: Cursor,
  spec: PipelineSpec,
  around: Surroundings,
  library: Library,
): Faults {
  yield* checkDeclared(within(cursor, "params"), spec.params);
  yield* checkWorkspaces(within(cursor, "workspaces"), spec);
  if (spec.tasks.length === 0)
    yield fault(within(cursor, "tasks"), "no-tasks", "a Pipeline needs at least one task", "add a task");
  yield* checkNames(cursor, spec);
  const names = namesOf(spec, around, library);
  for (const list of ["tasks", "finally"] as const)
    for (const [index, task] of (spec[list] ?? []).entries())
      yield* checkMember(within(cursor, list, index), task, { names, isFinal: list === "finally", library });
  yield* checkGraph(within(cursor, "tasks"), spec.tasks);
  yield* checkResults(within(cursor, "results"), spec, names);
  yield* checkReferences(cursor, spec, PIPELINE_ACCEPTS, names);
}

const namesOf = (spec: PipelineSpec, around: Surroundings, library: Library): PipelineNames => ({
  params: new Map([...around.params, ...(spec.params ?? []).map((one) => [one.name, one] as const)]),
  workspaces: new Set([...around.workspaces, ...(spec.workspaces ?? []).map(({ name }) => name)]),
  tasks: namedTasks(spec, library),
});

function* checkMember(cursor: Cursor, task: PipelineTask, around: InPipeline): Faults {
  yield* checkPipelineTask(cursor, task, around);
  if (task.pipelineSpec === undefined) return;
  const { params, workspaces } = surroundingsOf(task, around);
  const inside = { params, workspaces };
  yield* checkPipeline(within(cursor, "pipelineSpec"), task.pipelineSpec, inside, around.library);
}

function* checkWorkspaces(cursor: Cursor, spec: PipelineSpec): Faults {
  yield* duplicates(cursor, spec.workspaces ?? [], "workspace");
  for (const [index, { name }] of (spec.workspaces ?? []).entries())
    yield* nameSyntax(within(cursor, index, "name"), "workspace", name);
}

const textsOf = (value: ParamValue): readonly string[] =>
  typeof value === "string" ? [value] : Object.values(value);

const isFromTask = (text: string): boolean =>
  referencesIn(text).some(
    ({ path: [room = "", , what = ""] }) =>
      ["tasks", "finally"].includes(room) && ["results", "outputs"].includes(what),
  );

/** Tasks and final tasks share one name space. */
function* checkNames(cursor: Cursor, spec: PipelineSpec): Faults {
  yield* duplicates(within(cursor, "tasks"), spec.tasks, "task");
  yield* duplicates(within(cursor, "finally"), spec.finally ?? [], "task");
  const names = new Set(spec.tasks.map(({ name }) => name));
  for (const list of ["tasks", "finally"] as const)
    for (const [index, { name }] of (spec[list] ?? []).entries()) {
      yield* nameSyntax(within(cursor, list, index, "name"), "pipeline task", name);
      if (list === "finally" && names.has(name))
        yield fault(
          within(cursor, list, index, "name"),
          "duplicate-name",
          `there is a task and a final task named "${name}"`,
          "rename one of them",
        );
    }
}

function* checkResults(cursor: Cursor, spec: PipelineSpec, names: PipelineNames): Faults {
  const results = spec.results ?? [];
  yield* duplicates(cursor, results, "result");
  for (const [index, { name, value }] of results.entries()) {
    yield* nameSyntax(within(cursor, index, "name"), "result", name);
    if (value === undefined)
      yield fault(
        within(cursor, index),
        "bad-result-value",
        `result "${name}" of the Pipeline has no value`,
        `add value: $(tasks.${nearest(name, names.tasks.tasks.keys()) ?? "<task>"}.results.${name})`,
      );
    else if (![...textsOf(value)].some(isFromTask))
      yield fault(
        within(cursor, index, "value"),
        "bad-result-value",
        `the value of result "${name}" holds no result of a task`,
        'write it as "$(tasks.<task>.results.<result>)"',
      );
  }
}
