import { expect, test } from "vitest";
import { StepFault } from "../../../entrypoint/endings/fault.ts";
import { World } from "../../../entrypoint/hosts/memory.ts";
import { findFalse, parseWhen } from "../../../entrypoint/references/when.ts";

const values: Readonly<Record<string, string | readonly string[]>> = {
  branch: "main",
  all: ["main", "next"],
};
const read = ({ path }: { readonly path: readonly string[] }) => values[path[1] ?? ""];
const judge = (expressions: unknown) =>
  findFalse(new World().boot(), parseWhen(JSON.stringify(expressions), "when_expressions"), read);

test.each([
  [[]],
  [[{ input: "a", operator: "in", values: ["a", "b"] }]],
  [[{ input: "c", operator: "notin", values: ["a", "b"] }]],
  [[{ input: "a", operator: "notin" }]],
  [[{ input: "a", operator: "notin", values: null }]],
  [[{ input: "$(x.branch)", operator: "in", values: ["$(x.all[*])"] }]],
  [[{ cel: "'$(x.branch)' == 'main'" }, { input: "", operator: "in", values: [""] }]],
])("%j holds", async (expressions) => {
  expect(await judge(expressions)).toBeUndefined();
});

test.each([
  [[{ input: "a", operator: "in", values: [] }], '"a" in [] is false'],
  [[{ input: "a", operator: "notin", values: ["a"] }], '"a" notin ["a"] is false'],
  [[{ input: "a", operator: "in", values: ["b"] }, { cel: "1 > 2" }], "1 > 2 is false"],
  [[{ cel: "true" }, { input: "$(x.branch)", operator: "in", values: ["x"] }], '"main" in ["x"] is false'],
])("%j does not", async (expressions, sentence) => {
  expect(await judge(expressions)).toBe(sentence);
});

test.each([
  ["?", "this is not JSON"],
  ["{}", "want a JSON list"],
  ['[{"input":"a","operator":"like","values":[]}]', "expression 1"],
  ['[{"cel":"true"},{"input":"a","operator":"in","values":[1]}]', "expression 2"],
  ["[null]", "expression 1"],
])("%s is refused", (text, why) => {
  expect(() => parseWhen(text, "when_expressions")).toThrowError(StepFault);
  expect(() => parseWhen(text, "when_expressions")).toThrowError(why);
});

test.each(["1 +", "nobody == 1", "1 == 'a'", "'text'", "1 / 0 == 1"])(
  "CEL %s is an invalid expression",
  async (cel) => {
    await expect(judge([{ cel }])).rejects.toMatchObject({ reason: "InvalidExpression" });
  },
);
