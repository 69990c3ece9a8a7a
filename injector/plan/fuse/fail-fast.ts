// Which Tasks must look, before they begin, whether another one has failed: those that wait for some Task, where the pod has
// others whose failure they would not learn of by waiting. Tasks that wait for nothing begin with the run, as in Tekton.

import type { Unit } from "../model/unit.ts";
import type { TaskGraph } from "../order/graph.ts";

/** Keys of those among `units`, the Tasks of one pod. */
export function failingFast(units: readonly Unit[], { order, needs }: TaskGraph): ReadonlySet<string> {
  const bits = new Map(order.map((unit, at) => [unit.key, 1n << BigInt(at)]));
  const union = (keys: readonly string[], sets: ReadonlyMap<string, bigint>): bigint =>
    keys.reduce((all, key) => all | (sets.get(key) ?? 0n), 0n);
  const before = new Map<string, bigint>();
  for (const { key } of order) {
    const named = needs.get(key) ?? [];
    before.set(key, union(named, before) | union(named, bits));
  }
  const after = new Map<string, bigint>();
  for (const { key } of order.toReversed()) {
    const own = (after.get(key) ?? 0n) | (bits.get(key) ?? 0n);
    for (const need of needs.get(key) ?? []) after.set(need, (after.get(need) ?? 0n) | own);
  }
  const ordinary = units.filter((unit) => !unit.finally);
  const fatal = union(keysOf(ordinary.filter((unit) => !unit.tolerated)), bits);
  return new Set(
    keysOf(ordinary).filter((key) => {
      const known = union([key], before) | union([key], after) | union([key], bits);
      return (needs.get(key) ?? []).length > 0 && (fatal & ~known) !== 0n;
    }),
  );
}

const keysOf = (units: readonly Unit[]): readonly string[] => units.map(({ key }) => key);
