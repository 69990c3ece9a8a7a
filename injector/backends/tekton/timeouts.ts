// Timeouts: of the whole TaskRun, and of steps. A Task's own limit is one of these two, or cannot be kept.

import { outermost } from "../../plan/model/keys.ts";
import type { Plan, PlannedStep } from "../../plan/model/plan.ts";

/** Whether all of it is one Task, with or without Tasks in it: what is asked for the Task is then asked for the run. */
export const isAlone = ({ tasks }: Plan): boolean =>
  new Set(tasks.map(({ name }) => outermost(name))).size <= 1;

/** Milliseconds for the TaskRun; absent where nobody set a limit, and then Tekton's default holds. */
export function wholeTimeout(plan: Plan): number | undefined {
  const shared = sharedLimit(plan);
  return least([plan.timeout, shared, ...plan.steps.map(({ flags }) => flags.run_timeout)]);
}

/** Milliseconds for one step. */
export const stepTimeout = (step: PlannedStep, plan: Plan): number | undefined =>
  least([step.flags.timeout, sharedLimit(plan) === undefined ? step.flags.task_timeout : undefined]);

/** A Task's limit that spans several steps but not the run. */
export const isLostLimit = ({ flags }: PlannedStep, plan: Plan): boolean =>
  flags.task_timeout !== undefined &&
  sharedLimit(plan) === undefined &&
  plan.steps.filter((other) => other.flags.task_start === flags.task_start).length > 1;

function sharedLimit(plan: Plan): number | undefined {
  const limits = new Set(plan.steps.map(({ flags }) => flags.task_timeout));
  return isAlone(plan) && limits.size === 1 ? [...limits][0] : undefined;
}

function least(limits: readonly (number | undefined)[]): number | undefined {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}
