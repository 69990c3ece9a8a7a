// Whether a Task runs at all, asked by each of its steps, because Tekton has no other place for it in a TaskRun. A Task
// that needs a result of a Task which did not run does not run either, so it asks the same.

import type { WhenExpression } from "../../documents/spec.ts";
import type { Plan } from "../../plan/model/plan.ts";
import { lateReferences } from "../../substitute/text.ts";
import { textsOf } from "./texts.ts";

/** In the words of the plan, each once; those of Tasks whose results it needs come first. */
export function conditionsOf(task: string, plan: Plan): readonly WhenExpression[] {
  const all = [...needed(task, plan, new Set())].flatMap((one) => ownConditions(one, plan));
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** A flag's expressions. What is not in an empty list is there, and an expression that asks only this is left out. */
export const conditionsIn = (flag: string | undefined): readonly WhenExpression[] =>
  (JSON.parse(flag ?? "[]") as readonly WhenExpression[]).filter(
    ({ operator, values }) => operator !== "notin" || (values ?? []).length > 0,
  );

/** The Task itself comes last. */
function needed(task: string, plan: Plan, seen: Set<string>): ReadonlySet<string> {
  const steps = plan.steps.filter((step) => step.task === task);
  const asked = lateReferences(steps.map((step) => [textsOf(step, plan), step.flags.task_when]));
  for (const { path } of asked)
    if (!seen.has(path[1] ?? "") && path[1] !== task) needed(path[1] ?? "", plan, seen);
  return seen.add(task);
}

const ownConditions = (task: string, { steps }: Plan): readonly WhenExpression[] =>
  steps.filter((step) => step.task === task).flatMap(({ flags }) => conditionsIn(flags.task_when));
