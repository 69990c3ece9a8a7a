// The graph between plans: what one has to wait for before it starts.

import type { Plan } from "../model/plan.ts";
import type { PlanEdge } from "../model/plan-set.ts";
import type { Unit } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";
import type { Cuts } from "./cut.ts";

export function edgesBetween(
  units: readonly Unit[],
  graph: TaskGraph,
  { partOf }: Cuts,
  plans: readonly Plan[],
): readonly PlanEdge[] {
  const nameOf = (key: string): string | undefined => plans[partOf.get(key) ?? -1]?.name;
  const edges = new Map<string, PlanEdge>();
  for (const { before, after, on } of units.flatMap(({ key }) => graph.into(key))) {
    const [from, to] = [nameOf(before), nameOf(after)];
    const id = `${from} ${to}`;
    if (from === undefined || to === undefined || from === to || edges.get(id)?.on === "succeeded") continue;
    edges.set(id, { from, to, on });
  }
  return [...edges.values()];
}
