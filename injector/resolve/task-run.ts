// A TaskRun as a run of one task.

import { defined } from "../documents/defined.ts";
import type { DocumentOf, Library } from "../documents/library.ts";
import type { ResultSpec, TaskRunSpec, TaskSpec } from "../documents/spec.ts";
import { asData, inTexts } from "../substitute/data.ts";
import { paramValues, type Values } from "../substitute/params.ts";
import type { Origin } from "./places.ts";
import { podSettings, withResources } from "./pod.ts";
import type { ResolvedRun, ResolvedTask } from "./resolved.ts";
import { labelOf, type PassedWorkspaces, resolvedSpec, timeoutOf, withPropagated } from "./task.ts";

/** What a TaskRun and a PipelineRun each say in their own way. */
export interface RunPart {
  readonly run: Pick<ResolvedRun, "tasks" | "finally" | "results" | "timeouts" | "pod">;
  readonly params: Values;
  readonly context: ResolvedRun["context"];
  readonly origins: readonly Origin[];
}

/** `name` is the run's; a Task written into the run goes by it too. */
export function resolvedTaskRun(document: DocumentOf<"TaskRun">, name: string, library: Library): RunPart {
  const { spec, metadata } = document.object;
  const bound = (spec.workspaces ?? []).map((binding) => binding.name);
  const target = spec.taskRef && library.resolve("Task", spec.taskRef);
  const given = target?.object.spec ?? withPropagated(spec.taskSpec ?? { steps: [] }, bound);
  const task = resolvedTask(target?.object.metadata.name ?? name, given, spec, library);
  return {
    run: {
      tasks: [task],
      finally: [],
      results: (given.results ?? []).map((result) => asRunResult(result, task.name)),
      timeouts: {},
      pod: podSettings([target?.object.metadata, metadata], spec),
    },
    context: { "task.name": task.taskName },
    params: paramValues(given.params ?? [], spec.params ?? []),
    origins: [
      { prefix: "", document, path: ["spec"], value: spec },
      { prefix: `tasks.${task.name}`, document, path: ["spec"], value: spec },
      target === undefined
        ? { prefix: `tasks.${task.name}.spec`, document, path: ["spec", "taskSpec"], value: spec.taskSpec }
        : { prefix: `tasks.${task.name}.spec`, document: target, path: ["spec"], value: target.object.spec },
    ],
  };
}

function resolvedTask(taskName: string, task: TaskSpec, run: TaskRunSpec, library: Library): ResolvedTask {
  const bound = new Set((run.workspaces ?? []).map((binding) => binding.name));
  const workspaces: PassedWorkspaces = (task.workspaces ?? [])
    .filter(({ name }) => bound.has(name))
    .map(({ name }) => ({ name, workspace: name }));
  const timeout = timeoutOf(run.timeout);
  return {
    name: labelOf(taskName),
    taskName,
    spec: resolvedSpec(overridden(task, run), workspaces, library),
    params: (run.params ?? []).map(({ name, value }) => ({ name, value: inTexts(value, asData) })),
    workspaces,
    runAfter: [],
    when: [],
    retries: run.retries ?? 0,
    ...defined({ displayName: task.displayName, timeout, computeResources: run.computeResources }),
  };
}

function overridden(task: TaskSpec, run: TaskRunSpec): TaskSpec {
  const steps = withResources(task.steps, run.stepSpecs);
  return task.sidecars === undefined
    ? { ...task, steps }
    : { ...task, steps, sidecars: withResources(task.sidecars, run.sidecarSpecs) };
}

function asRunResult({ name, type, description }: ResultSpec, task: string): ResultSpec {
  const path = /[.]/.test(name) ? `['${name}']` : `.${name}`;
  const whole = type === "array" || type === "object" ? "[*]" : "";
  return {
    name,
    ...defined({ type, description }),
    value: `$(tasks.${task}.results${path}${whole})`,
  };
}
