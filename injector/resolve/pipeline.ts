// A Pipeline as a flat list of tasks. A Pipeline in it is dissolved: its tasks stand in its place, prefixed with the
// name of the task they came from, behind whatever that task waited for.

import type { Path } from "../documents/load.ts";
import type { ParamValue, PipelineSpec, PipelineTask } from "../documents/spec.ts";
import { everythingIsLive } from "../substitute/data.ts";
import { paramValues } from "../substitute/params.ts";
import { type Lookup, substituteDeep, substituteValue } from "../substitute/text.ts";
import { type Unanswered, unanswered, unansweredValue } from "../substitute/unanswered.ts";
import { resolvedPipelineTask } from "./pipeline-task.ts";
import type { Origin } from "./places.ts";
import type { ResolvedTask } from "./resolved.ts";
import { faultOf } from "./run-values.ts";
import { givenParams, lookupIn, type PipelineScope, passedWorkspaces } from "./scope.ts";
import { labelOf } from "./task.ts";

export interface Flat {
  readonly tasks: readonly ResolvedTask[];
  readonly finally: readonly ResolvedTask[];
  readonly origins: readonly Origin[];
  /** Tasks that were Pipelines: the names of what stands in their place, and their results. */
  readonly dissolved: ReadonlyMap<string, Dissolved>;
}

export interface Dissolved {
  readonly tasks: readonly string[];
  readonly results: ReadonlyMap<string, ParamValue>;
}

/** Every task of the Pipeline and of those in it. References to dissolved tasks are still as they were written. */
export function flatten(spec: PipelineSpec, scope: PipelineScope): Flat {
  const lookup = lookupIn(spec, scope);
  const part = (list: "tasks" | "finally") =>
    (spec[list] ?? []).map((task, index) => flattenTask(task, [...scope.path, list, index], scope, lookup));
  const tasks = part("tasks");
  const last = part("finally");
  const all = [...tasks, ...last];
  return {
    tasks: tasks.flatMap((one) => one.tasks),
    finally: last.flatMap((one) => one.tasks),
    origins: all.flatMap((one) => one.origins),
    dissolved: new Map(all.flatMap((one) => [...one.dissolved])),
  };
}

type FlatTask = Omit<Flat, "finally">;

function flattenTask(task: PipelineTask, path: Path, scope: PipelineScope, lookup: Lookup): FlatTask {
  reportUnknown(task, path, scope, lookup);
  const inner = innerPipeline(task, path, scope, lookup);
  if (inner === undefined) {
    const { task: resolved, origins } = resolvedPipelineTask(task, path, scope, lookup);
    return { tasks: [resolved], origins, dissolved: new Map() };
  }
  const name = labelOf(scope.prefix + task.name);
  const flat = flatten(inner.spec, inner.scope);
  const within = lookupIn(inner.spec, inner.scope);
  const results = (inner.spec.results ?? []).flatMap((result) =>
    result.value === undefined ? [] : [[result.name, substituteValue(result.value, within)] as const],
  );
  const runAfter = (task.runAfter ?? []).map((one) => labelOf(scope.prefix + one));
  const when = substituteDeep(task.when ?? [], lookup);
  return {
    tasks: flat.tasks.map((one) => ({
      ...one,
      runAfter: [...runAfter, ...one.runAfter],
      when: [...when, ...one.when],
    })),
    origins: [{ prefix: `tasks.${name}`, document: scope.document, path, value: task }, ...flat.origins],
    dissolved: new Map([
      ...flat.dissolved,
      [name, { tasks: flat.tasks.map((one) => one.name), results: new Map(results) }],
    ]),
  };
}

/** Params are all known by now; what else the values speak of, only the Task may know that gets them. */
function reportUnknown(task: PipelineTask, path: Path, scope: PipelineScope, lookup: Lookup): void {
  const { matrix, when, workspaces, timeout, onError } = task;
  const lists = { params: task.params, "matrix.params": matrix?.params };
  const found = [
    ...Object.entries(lists).flatMap(([at, params = []]) =>
      params.flatMap(({ value }, index) =>
        placed([...at.split("."), index, "value"], unansweredValue(value, lookup)),
      ),
    ),
    ...(matrix?.include ?? []).flatMap(({ params }, index) =>
      placed(["matrix", "include", index, "params"], unanswered(params, lookup)),
    ),
    ...unanswered({ when, workspaces, timeout, onError }, lookup),
  ];
  for (const one of found)
    if (one.reference.path[0] === "params") scope.report(faultOf(scope.document, path, one));
}

const placed = (at: Path, found: readonly Unanswered[]): readonly Unanswered[] =>
  found.map((one) => ({ ...one, path: [...at, ...one.path] }));

interface InnerPipeline {
  readonly spec: PipelineSpec;
  readonly scope: PipelineScope;
}

function innerPipeline(
  task: PipelineTask,
  path: Path,
  scope: PipelineScope,
  lookup: Lookup,
): InnerPipeline | undefined {
  const target = task.pipelineRef && scope.library.resolve("Pipeline", task.pipelineRef);
  const spec = task.pipelineSpec ?? target?.object.spec;
  if (spec === undefined) return undefined;
  const open = target === undefined;
  const passed = passedWorkspaces(task, declaredIn(spec, scope, open), scope, lookup, open);
  const place = open
    ? { document: scope.document, path: [...path, "pipelineSpec"] }
    : { document: target, path: ["spec"] };
  return {
    spec,
    scope: {
      ...scope,
      ...place,
      prefix: `${labelOf(scope.prefix + task.name)}-`,
      values: paramValues(
        spec.params ?? [],
        givenParams(task, spec.params ?? [], scope, lookup, open),
        () => undefined,
        everythingIsLive,
      ),
      workspaces: new Map(passed.map(({ name, ...where }) => [name, where])),
    },
  };
}

/** An embedded Pipeline is reached by all workspaces of the outer one. */
const declaredIn = (spec: PipelineSpec, scope: PipelineScope, open: boolean) => {
  const declared = spec.workspaces ?? [];
  if (!open) return declared;
  const names = new Set([...declared.map(({ name }) => name), ...scope.workspaces.keys()]);
  return [...names].map((name) => ({ name }));
};
