// What the planner decided that nobody wrote, one sentence each: cuts, and order for the sake of shared data.

import type { PlanNote, PlanSet } from "../model/plan-set.ts";
import type { TaskGraph } from "../order/graph.ts";
import type { Cuts } from "./cut.ts";

export const notesOf = (
  graph: TaskGraph,
  { notes }: Cuts,
  deferred: PlanSet["deferred"],
): readonly PlanNote[] => [
  ...graph.order.flatMap(({ key }) =>
    graph.into(key).flatMap(({ before, after, because }): readonly PlanNote[] => {
      if (because === "written" || because === "finally") return [];
      const message = `${after} runs after ${before}: both use the data behind workspace "${because.workspace}", and one of them writes it`;
      return [{ kind: "order", tasks: [before, after], message }];
    }),
  ),
  ...notes,
  ...deferred.map(
    ({ task, why }): PlanNote => ({
      kind: "deferred",
      tasks: [task],
      message: `${task} is planned later: ${why}`,
    }),
  ),
];

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
