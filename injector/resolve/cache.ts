// What is said of the cache for a whole Task, said of its steps: of those that leave something.

import { type CacheUse, leavesSomething, type TaskSpec } from "../documents/spec.ts";
import type { ResolvedStep, ResolvedTask } from "./resolved.ts";

/** The nearest to a step that says something counts: the step, its Task, whoever uses the Task. */
export function withCache(
  spec: ResolvedTask["spec"],
  own: CacheUse | undefined,
  around: CacheUse | undefined,
): ResolvedTask["spec"] {
  const use = own ?? around;
  if (use === undefined) return spec;
  return { ...spec, steps: spec.steps.map((step) => cached(step, spec, use)) };
}

function cached(
  resolved: ResolvedStep,
  spec: Pick<TaskSpec, "results"> & { readonly steps: readonly unknown[] },
  use: CacheUse,
): ResolvedStep {
  if (resolved.kind === "task") {
    const { task } = resolved;
    return { ...resolved, task: { ...task, spec: withCache(task.spec, undefined, use) } };
  }
  const { step, action } = resolved;
  const results = step.results ?? action?.fields.results;
  const leaves = leavesSomething({ ...step, ...(results && { results }) }, spec);
  return step.cache !== undefined || !leaves ? resolved : { ...resolved, step: { ...step, cache: use } };
}
