// What the planner decided that nobody wrote, one sentence each.

import type { PlanNote, PlanSet } from "./plan-set.ts";
import type { TaskEdge } from "./unit.ts";

/** Order for the sake of shared data; none for an edge that is there for another reason. */
export function orderNotes({ before, after, because }: TaskEdge): readonly PlanNote[] {
  if (because === "written" || because === "finally") return [];
  const message = `${after} runs after ${before}: both use the data behind workspace "${because.workspace}", and one of them writes it`;
  return [{ kind: "order", tasks: [before, after], message }];
}

/** `why` is the end of the sentence. */
export const cutNote = (task: string, from: string, why: string): PlanNote => ({
  kind: "cut",
  tasks: [from, task],
  message: `${task} is not in the pod of ${from}: ${why}`,
});

export const deferredNote = ({ task, why }: PlanSet["deferred"][number]): PlanNote => ({
  kind: "deferred",
  tasks: [task],
  message: `${task} is planned later: ${why}`,
});

/** The sentences of `baton plan`: one for each plan, then one for each decision. */
export function explain(set: PlanSet): readonly string[] {
  const plans = set.plans.map((plan) => {
    const before = set.edges.filter((edge) => edge.to === plan.name).map((edge) => edge.from);
    const steps = `${plan.steps.length} step${plan.steps.length === 1 ? "" : "s"}`;
    const after = before.length === 0 ? "" : `, after ${before.join(" and ")}`;
    return `${plan.name}: ${steps} of ${plan.tasks.map((task) => task.name).join(", ")}${after}`;
  });
  const skipped = set.skipped.map(({ task, why }) => `${task} does not run: ${why}`);
  return [...plans, ...set.notes.map((note) => note.message), ...skipped];
}
