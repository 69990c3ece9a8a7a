// "Did you mean": a metric, and sensible limits.
import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, listed, nearest } from "../../../injector/diagnostics/nearest.ts";

const word = fc.string({ maxLength: 8 });

test("the distance is 0 for the same word, symmetric, and never more than the longer word", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test.each([
  ["comand", "command"],
  ["ocmmand", "command"],
  ["imgae", "image"],
  ["sauce", "source"],
  ["zzz", undefined],
  ["x", undefined],
])("%s → %s", (slip, meant) => {
  expect(nearest(slip, ["command", "image", "source", "args", "y"])).toBe(meant);
});

test("long lists are cut", () => {
  expect(listed(["a", "b", "c"])).toBe('"a", "b" and "c"');
  expect(listed(Array.from({ length: 12 }, (_, at) => `${at}`))).toMatch(/"9" and 2 more$/);
});
