// One bit for each pair: the same as following every edge.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Reach } from "../../../../injector/plan/order/reach.ts";

const SIZE = 70;
/** Edges from earlier to later numbers, those of a later item last. */
const edges = fc
  .array(fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1)), { maxLength: 120 })
  .map((pairs) =>
    pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  )
  .map((pairs) => pairs.toSorted((a, b) => a[1] - b[1]));

function followed(pairs: readonly (readonly [number, number])[], from: number): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const [earlier, later] of pairs)
      if (later === at && !found.has(earlier)) {
        found.add(earlier);
        open.push(earlier);
      }
  return found;
}

test("whoever can be reached along the edges is before, and nobody else", () => {
  fc.assert(
    fc.property(edges, fc.uniqueArray(fc.nat(SIZE - 1)), (pairs, set) => {
      const reach = new Reach(SIZE);
      for (const [earlier, later] of pairs) reach.add(later, earlier);
      const items = [...Array(SIZE).keys()];
      const before = items.map((item) => followed(pairs, item));
      expect(items.map((item) => items.filter((other) => reach.has(item, other)))).toEqual(
        before.map((all) => items.filter((other) => all.has(other))),
      );
      expect(items.map((item) => reach.count(item, reach.row(set)))).toEqual(
        before.map((all) => set.filter((one) => all.has(one)).length),
      );
    }),
    { numRuns: 30 },
  );
});

test("an edge may bring what is before in another relation", () => {
  const [started, settled] = [new Reach(3), new Reach(3)];
  started.add(1, 0);
  started.add(2, 1, settled);
  expect([started.has(2, 1), started.has(2, 0)]).toEqual([true, false]);
});
