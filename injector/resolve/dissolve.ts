// References to tasks that were Pipelines: an order after one is an order after all its tasks, a result of one is
// what its Pipeline says that the result is.

import type { ResultSpec } from "../documents/spec.ts";
import { paramLookup } from "../substitute/params.ts";
import { type Lookup, substituteDeep, substituteValue } from "../substitute/text.ts";
import type { Dissolved, Flat } from "./pipeline.ts";
import type { ResolvedTask } from "./resolved.ts";

/** The same tasks, speaking only of tasks that there are. */
export function settle(
  flat: Flat,
  results: readonly ResultSpec[],
): Pick<Flat, "tasks" | "finally"> & { results: readonly ResultSpec[] } {
  const { dissolved } = flat;
  if (dissolved.size === 0) return { tasks: flat.tasks, finally: flat.finally, results };
  const lookup = resultsOf(dissolved);
  const settled = (task: ResolvedTask): ResolvedTask => ({
    ...substituteDeep(task, lookup),
    params: task.params.map(({ name, value }) => ({ name, value: substituteValue(value, lookup) })),
    runAfter: [...new Set(task.runAfter.flatMap((name) => expanded(name, dissolved)))],
  });
  return {
    tasks: flat.tasks.map(settled),
    finally: flat.finally.map(settled),
    results: results.map((result) =>
      result.value === undefined ? result : { ...result, value: substituteValue(result.value, lookup) },
    ),
  };
}

const expanded = (name: string, dissolved: ReadonlyMap<string, Dissolved>): readonly string[] =>
  dissolved.get(name)?.tasks.flatMap((inner) => expanded(inner, dissolved)) ?? [name];

/** The Pipelines' own results may be results of Pipelines in turn. */
function resultsOf(dissolved: ReadonlyMap<string, Dissolved>): Lookup {
  const lookup: Lookup = (reference) => {
    const [room, task = "", field, ...rest] = reference.path;
    const results = room === "tasks" && field === "results" ? dissolved.get(task)?.results : undefined;
    if (results === undefined) return undefined;
    const values = {
      get: (name: string) => {
        const value = results.get(name);
        return value === undefined ? undefined : substituteValue(value, lookup);
      },
    };
    return paramLookup(values)({ ...reference, path: ["params", ...rest] });
  };
  return lookup;
}
