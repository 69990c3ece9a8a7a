// A task of a Pipeline that is a Task: its values put in, its references followed.

import { defined } from "../documents/defined.ts";
import type { Path } from "../documents/load.ts";
import type { Param, PipelineTask, TaskSpec } from "../documents/spec.ts";
import { type Lookup, substituteDeep, substituteText, substituteValue } from "../substitute/text.ts";
import { withCache } from "./cache.ts";
import type { Origin } from "./places.ts";
import { withResources } from "./pod.ts";
import type { ResolvedTask } from "./resolved.ts";
import { givenParams, type PipelineScope, passedWorkspaces } from "./scope.ts";
import { labelOf, resolvedSpec, timeoutOf, withPropagated } from "./task.ts";

export interface PlacedTask {
  readonly task: ResolvedTask;
  readonly origins: readonly Origin[];
}

/** `path` is the task's own in the document of the scope. */
export function resolvedPipelineTask(
  task: PipelineTask,
  path: Path,
  scope: PipelineScope,
  lookup: Lookup,
): PlacedTask {
  const name = labelOf(scope.prefix + task.name);
  const target = task.taskRef && scope.library.resolve("Task", task.taskRef);
  const open = target === undefined;
  const spec = target?.object.spec ?? embeddedSpec(task, scope, lookup);
  const workspaces = passedWorkspaces(task, spec.workspaces ?? [], scope, lookup, open);
  const overrides = scope.overrides.get(name);
  const steps = withResources(spec.steps, overrides?.stepSpecs);
  const sidecars = spec.sidecars && withResources(spec.sidecars, overrides?.sidecarSpecs);
  const overridden = { ...spec, steps, ...(sidecars && { sidecars }) };
  return {
    task: {
      ...commonFields(task, name, scope.prefix, lookup),
      taskName: target?.object.metadata.name ?? name,
      spec: withCache(
        resolvedSpec(overridden, workspaces, scope.library),
        undefined,
        task.cache === undefined ? undefined : substituteDeep(task.cache, lookup),
      ),
      params: givenParams(task, spec.params ?? [], scope, lookup, open),
      workspaces,
      ...(overrides?.pod && { pod: overrides.pod }),
      ...(overrides?.timeout && { timeout: overrides.timeout }),
      ...(overrides?.computeResources && { computeResources: overrides.computeResources }),
    },
    origins: [
      { prefix: `tasks.${name}`, document: scope.document, path, value: task },
      target === undefined
        ? {
            prefix: `tasks.${name}.spec`,
            document: scope.document,
            path: [...path, "taskSpec"],
            value: task.taskSpec,
          }
        : { prefix: `tasks.${name}.spec`, document: target, path: ["spec"], value: target.object.spec },
    ],
  };
}

/** References of an embedded Task to other tasks get the names these have in the run. */
function embeddedSpec(task: PipelineTask, scope: PipelineScope, lookup: Lookup): TaskSpec {
  const spec = withPropagated(task.taskSpec ?? { steps: [] }, [...scope.workspaces.keys()]);
  const onlyTasks: Lookup = (reference) => (reference.path[0] === "tasks" ? lookup(reference) : undefined);
  return scope.prefix === "" ? spec : substituteDeep(spec, onlyTasks);
}

type CommonFields = Omit<ResolvedTask, "taskName" | "spec" | "params" | "workspaces">;

function commonFields(task: PipelineTask, name: string, prefix: string, lookup: Lookup): CommonFields {
  const timeout = timeoutOf(task.timeout && substituteText(task.timeout, lookup));
  const { displayName, onError, matrix, artifacts } = task;
  return {
    name,
    runAfter: (task.runAfter ?? []).map((one) => labelOf(prefix + one)),
    when: substituteDeep(task.when ?? [], lookup),
    retries: task.retries ?? 0,
    ...(artifacts?.inputs === undefined ? {} : { artifacts: substituteDeep(artifacts.inputs, lookup) }),
    ...(displayName === undefined ? {} : { displayName: substituteText(displayName, lookup) }),
    ...(matrix === undefined ? {} : { matrix: fanned(matrix, lookup) }),
    ...defined({ timeout }),
    ...(onError === undefined ? {} : { onError: substituteText(onError, lookup) }),
  };
}

/** `$(params.list[*])` alone takes the list itself. */
function fanned(matrix: NonNullable<PipelineTask["matrix"]>, lookup: Lookup): typeof matrix {
  const valued = (params: readonly Param[] = []) =>
    params.map(({ name, value }) => ({ name, value: substituteValue(value, lookup) }));
  return {
    ...(matrix.params && { params: valued(matrix.params) }),
    ...(matrix.include && {
      include: matrix.include.map((one) => ({
        ...one,
        ...(one.name !== undefined && { name: substituteText(one.name, lookup) }),
        ...(one.params && { params: valued(one.params) }),
      })),
    }),
  };
}
