import fc from "fast-check";
import { expect, test } from "vitest";
import {
  escapeVariables,
  expandEnvironment,
  expandVariables,
} from "../../../injector/substitute/expansion.ts";

const known = (name: string) => ({ HOME: "/tekton/home", EMPTY: "", "a.b": "dotted" })[name];

test.each([
  ["$(HOME)/x", "/tekton/home/x"],
  ["$$(HOME)", "$(HOME)"],
  ["$$$(HOME)", "$/tekton/home"],
  ["$(EMPTY)|", "|"],
  ["$(a.b)", "dotted"],
  ["$(steps.a.results.b)", "$(steps.a.results.b)"],
  ["$(unknown) $HOME $", "$(unknown) $HOME $"],
  ["a $$ b", "a $ b"],
  ["$(HOME", "$(HOME"],
  ["$()", "$()"],
  ["$($(HOME))", "$($(HOME))"],
])("%s becomes %s", (text, expanded) => {
  expect(expandVariables(text, known)).toBe(expanded);
});

test("escaped text survives expansion, whatever it is", () => {
  const dollars = fc.string({ unit: fc.constantFrom("$", "(", ")", "H", ".", "\n", "'") });
  fc.assert(
    fc.property(fc.oneof(dollars, fc.string({ unit: "binary" })), (text) => {
      expect(expandVariables(escapeVariables(text), () => "WRONG")).toBe(text);
    }),
  );
});

test("only what Kubernetes would read is escaped", () => {
  expect(escapeVariables("cost: $5, $x $(x) $$")).toBe("cost: $5, $x $$(x) $$$");
});

test("a variable sees those before it, not those after", () => {
  const values = expandEnvironment([
    { name: "A", value: "$(B)-1" },
    { name: "B", value: "$(A)-2" },
    { name: "A", value: "$(A)$(B)" },
  ]);
  expect(Object.fromEntries(values)).toEqual({ A: "$(B)-1$(B)-1-2", B: "$(B)-1-2" });
});
