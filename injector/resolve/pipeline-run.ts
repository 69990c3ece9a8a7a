// A PipelineRun as a run of many tasks.

import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import type { DocumentOf, Library } from "../documents/library.ts";
import type { PipelineRunSpec, PipelineSpec } from "../documents/spec.ts";
import { type Context, contextLookup } from "../substitute/context.ts";
import { nothingIsLive, plainTree } from "../substitute/data.ts";
import { paramLookup, paramValues } from "../substitute/params.ts";
import { firstOf, substituteDeep, substituteValue } from "../substitute/text.ts";
import { settle } from "./dissolve.ts";
import { type Flat, flatten } from "./pipeline.ts";
import { mergedTemplates, type Overrides, podSettings } from "./pod.ts";
import type { PipelineScope } from "./scope.ts";
import { labelOf, timeoutOf } from "./task.ts";
import type { RunPart } from "./task-run.ts";

/** `name` is the run's; a Pipeline written into the run goes by it too. */
export function resolvedPipelineRun(
  document: DocumentOf<"PipelineRun">,
  name: string,
  library: Library,
  context: Context,
): RunPart {
  const { spec, metadata } = document.object;
  const target = spec.pipelineRef && library.resolve("Pipeline", spec.pipelineRef);
  const pipeline = target?.object.spec ?? spec.pipelineSpec ?? { tasks: [] };
  const pipelineName = target?.object.metadata.name ?? name;
  const own = contextLookup({ ...context, "pipeline.name": pipelineName });
  const values = paramValues(pipeline.params ?? [], spec.params ?? [], () => undefined, nothingIsLive, own);
  const faults: Diagnostic[] = [];
  const scope: PipelineScope = {
    ...(target === undefined
      ? { document, path: ["spec", "pipelineSpec"] }
      : { document: target, path: ["spec"] }),
    library,
    prefix: "",
    values,
    workspaces: new Map((spec.workspaces ?? []).map(({ name }) => [name, { workspace: name }])),
    overrides: overridesOf(spec),
    report: (fault) => faults.push(fault),
  };
  const flat = flatten(pipeline, scope);
  if (faults.length > 0) throw new UserError(faults);
  refuseSameNames(flat);
  const { tasks, finally: last, results } = settle(flat, pipeline.results ?? []);
  return {
    run: {
      tasks,
      finally: last,
      results: results.map((one) => withValues(one, values)),
      timeouts: timeoutsOf(spec),
      pod: podSettings([target?.object.metadata, metadata], {
        ...spec.taskRunTemplate,
        podTemplate: plainTree(
          substituteDeep(spec.taskRunTemplate?.podTemplate, firstOf(paramLookup(values), own)),
        ),
      }),
    },
    params: values,
    context: { "pipeline.name": pipelineName },
    origins: [{ prefix: "", document, path: ["spec"], value: spec }, ...flat.origins],
  };
}

/** The prefix of a dissolved Pipeline may lead to a name that is taken. */
function refuseSameNames({ tasks, finally: last, origins }: Flat): void {
  const seen = new Set<string>();
  for (const { name } of [...tasks, ...last]) {
    if (seen.has(name)) throw new UserError([sameName(name, origins)]);
    seen.add(name);
  }
}

function sameName(name: string, origins: Flat["origins"]): Diagnostic {
  const origin = origins.findLast(({ prefix }) => prefix === `tasks.${name}`);
  return {
    code: "duplicate-name",
    severity: "error",
    message: `two tasks are named "${name}" once the Pipelines in this Pipeline stand in their places`,
    ...(origin === undefined ? {} : { place: origin.document.place([...origin.path, "name"]) }),
    cure: "rename one of them",
  };
}

type PipelineResult = NonNullable<PipelineSpec["results"]>[number];

const withValues = (result: PipelineResult, values: RunPart["params"]): PipelineResult =>
  result.value === undefined
    ? result
    : { ...result, value: substituteValue(result.value, paramLookup(values)) };

function timeoutsOf({ timeouts = {} }: PipelineRunSpec): RunPart["run"]["timeouts"] {
  const run = timeoutOf(timeouts.pipeline);
  const tasks = timeoutOf(timeouts.tasks);
  const last = timeoutOf(timeouts.finally);
  return {
    ...defined({ run, tasks, finally: last }),
  };
}

/**
 * taskRunSpecs by task; the pod of a task is the run's with the task's fields in front. What it speaks of is known where
 * the task is: it may be a param of its matrix.
 */
function overridesOf({
  taskRunSpecs = [],
  taskRunTemplate = {},
}: PipelineRunSpec): ReadonlyMap<string, Overrides> {
  return new Map(
    taskRunSpecs.map((entry) => {
      const { pipelineTaskName, serviceAccountName, podTemplate, metadata, timeout, ...rest } = entry;
      const limit = timeoutOf(timeout);
      const isPod = serviceAccountName !== undefined || podTemplate !== undefined || metadata !== undefined;
      const fields = {
        serviceAccountName: serviceAccountName ?? taskRunTemplate.serviceAccountName,
        podTemplate: mergedTemplates(taskRunTemplate.podTemplate, podTemplate),
      };
      return [
        labelOf(pipelineTaskName),
        { ...rest, ...(limit && { timeout: limit }), ...(isPod && { pod: podSettings([metadata], fields) }) },
      ];
    }),
  );
}
