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
  const edges = new Map<string, PlanEdge>();
  for (const { before, after, on } of crossings(units, graph)) {
    const from = plans[partOf.get(before) ?? -1]?.name;
    const to = plans[partOf.get(after) ?? -1]?.name;
    const id = `${from} ${to}`;
    if (from === undefined || to === undefined || from === to || edges.get(id)?.on === "succeeded") continue;
    edges.set(id, { from, to, on });
  }
  return [...edges.values()];
}

interface Crossing {
  readonly before: string;
  readonly after: string;
  readonly on: PlanEdge["on"];
}

/** All edges between Tasks: as written, for shared data, and from everything to `finally`. */
function crossings(units: readonly Unit[], { needs, conflicts }: TaskGraph): readonly Crossing[] {
  const ordinary = units.filter((unit) => !unit.finally);
  const tolerated = new Set(units.filter((unit) => unit.tolerated).map((unit) => unit.key));
  return [
    ...ordinary.flatMap(({ key: after }) =>
      (needs.get(after) ?? []).map(
        (before): Crossing => ({ before, after, on: tolerated.has(before) ? "settled" : "succeeded" }),
      ),
    ),
    ...conflicts.map(({ before, after }): Crossing => ({ before, after, on: "settled" })),
    ...units
      .filter((unit) => unit.finally)
      .flatMap(({ key: after }) =>
        ordinary.map(({ key: before }): Crossing => ({ before, after, on: "settled" })),
      ),
  ];
}
