// The Tasks of one plan, wired: each behind those it needs, `finally` behind everything.

import type { Unit } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";
import { type LeafEdge, Wiring } from "./wire.ts";

/** `units` in the graph's order; what they need of other plans has happened before. */
export function wireTasks(units: readonly Unit[], { needs, conflicts }: TaskGraph): Wiring {
  const wiring = new Wiring();
  const conflicting = new Map<string, string[]>();
  for (const { before, after } of conflicts)
    conflicting.set(after, [...(conflicting.get(after) ?? []), before]);
  const before = (unit: Unit): readonly LeafEdge[] => [
    ...(needs.get(unit.key) ?? []).flatMap((key) => wiring.units.get(key)?.after ?? []),
    ...(conflicting.get(unit.key) ?? []).flatMap((key) => wiring.units.get(key)?.settled ?? []),
  ];
  for (const unit of units.filter((one) => !one.finally)) wiring.add(unit, before(unit));
  const everything = wiring.everything();
  for (const unit of units.filter((one) => one.finally)) wiring.add(unit, [...everything, ...before(unit)]);
  return wiring;
}
