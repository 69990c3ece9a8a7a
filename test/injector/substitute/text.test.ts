// Replacing references: what is put in is never read again, and what nobody knows stays as it was.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scan, soleReference } from "../../../entrypoint/protocol/index.ts";
import { paramLookup } from "../../../injector/substitute/params.ts";
import {
  formatReference,
  type Lookup,
  substituteDeep,
  substituteList,
  substituteText,
  substituteValue,
} from "../../../injector/substitute/text.ts";

const words: Lookup = ({ path, index }) => {
  const [room, name] = path;
  if (room !== "params") return undefined;
  if (name === "list") return index === "*" ? ["a", "b c"] : undefined;
  if (name === "none") return index === "*" ? [] : undefined;
  if (name === "object") return index === "*" ? { key: "value" } : undefined;
  return name === "x" ? "X" : undefined;
};

describe("text", () => {
  test.each([
    ["no reference at all", "no reference at all"],
    ["$(params.x)", "X"],
    ["a-$(params.x)-$(params['x'])-$(params[\"x\"])", "a-X-X-X"],
    ["$(params.unknown) $(date) $HOME $$(params.x)", "$(params.unknown) $(date) $HOME $X"],
    ["$(params.list[*])", "$(params.list[*])"],
    ["$(params.x", "$(params.x"],
  ])("%s → %s", (before, after) => expect(substituteText(before, words)).toBe(after));

  test("text without references comes back as it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(scan(text).every((segment) => segment.kind === "literal"));
        expect(substituteText(text, () => "replaced")).toBe(text);
      }),
    );
  });

  test("a value is never read again, whatever it holds", () => {
    const value = fc.oneof(fc.string(), fc.constant("$(params.x)"), fc.constant("$(params.y)$("));
    fc.assert(
      fc.property(value, value, fc.string(), (x, y, between) => {
        fc.pre(!/[$()]/.test(between));
        const lookup: Lookup = ({ path }) => (path[1] === "x" ? x : path[1] === "y" ? y : undefined);
        expect(substituteText(`$(params.x)${between}$(params.y)`, lookup)).toBe(`${x}${between}${y}`);
      }),
    );
  });
});

describe("lists", () => {
  test("a whole item becomes as many items as the array has", () => {
    const items = ["--", "$(params.list[*])", "$(params.none[*])", "$(params.x)", "in $(params.list[*])"];
    expect(substituteList(items, words)).toEqual(["--", "a", "b c", "X", "in $(params.list[*])"]);
  });

  test("an array of any size is spliced in order", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        expect(substituteList(["a", "$(params.p[*])", "z"], () => list)).toEqual(["a", ...list, "z"]);
      }),
    );
  });
});

test("a param takes a whole array or object", () => {
  expect(substituteValue("$(params.list[*])", words)).toEqual(["a", "b c"]);
  expect(substituteValue("$(params.object[*])", words)).toEqual({ key: "value" });
  expect(substituteValue({ a: "$(params.x)" }, words)).toEqual({ a: "X" });
});

test("trees keep their shape, and the names of their fields", () => {
  const tree = {
    "$(params.x)": ["$(params.list[*])", "1"],
    deep: [{ text: "$(params.x)", number: 1, no: null }],
  };
  expect(substituteDeep(tree, words)).toEqual({
    "$(params.x)": ["a", "b c", "1"],
    deep: [{ text: "X", number: 1, no: null }],
  });
});

test("a reference that is written is read as the same one", () => {
  const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]*$/), fc.stringMatching(/^[a-z.0-9/ -]+$/));
  const index = fc.option(fc.oneof(fc.nat(99), fc.constant("*" as const)), { nil: undefined });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), index, (names, at) => {
      const path = ["tasks", ...names];
      const read = soleReference(formatReference(path, at));
      expect(read?.path).toEqual(path);
      expect(read?.index).toBe(at);
    }),
  );
});

test("an array that is an item of its own spreads without brackets too, as Tekton has it", () => {
  const lookup = paramLookup(new Map([["list", ["a", "b"]]]));
  expect(substituteList(["$(params.list)", "x$(params.list)"], lookup)).toEqual([
    "a",
    "b",
    "x$(params.list)",
  ]);
  expect(substituteValue("$(params.list)", lookup)).toEqual(["a", "b"]);
});
