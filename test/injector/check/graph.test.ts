// Circles are found where they are, and nowhere else.
import fc from "fast-check";
import { expect, test } from "vitest";
import { findCircle } from "../../../injector/check/graph.ts";

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
  );
const named = (edges: readonly (readonly number[])[]) =>
  new Map(edges.map((targets, from) => [`t${from}`, targets.map((to) => `t${to}`)]));

test("what is found is a circle: each waits for the next, the last for the first", () => {
  fc.assert(
    fc.property(graphs, (edges) => {
      const graph = named(edges);
      const circle = findCircle(graph) ?? [];
      expect(
        circle.every((name, at) => graph.get(name)?.includes(circle[(at + 1) % circle.length] ?? "")),
      ).toBe(true);
      expect(new Set(circle).size).toBe(circle.length);
    }),
  );
});

test("a graph whose edges all lead back has none; one closing edge makes one", () => {
  fc.assert(
    fc.property(graphs, fc.nat(), (edges, pick) => {
      const backwards = edges.map((targets, from) => targets.filter((to) => to < from));
      expect(findCircle(named(backwards))).toBeUndefined();
      const from = pick % edges.length;
      const closed = backwards.map((targets, at) => (at === from ? [...targets, from] : targets));
      expect(findCircle(named(closed))).toEqual([`t${from}`]);
    }),
  );
});

test("a chain of 100,000 tasks is no reason to run out of stack", () => {
  const graph = new Map(
    Array.from({ length: 100_000 }, (_, at) => [`t${at}`, at === 0 ? [] : [`t${at - 1}`]]),
  );
  expect(findCircle(graph)).toBeUndefined();
});
