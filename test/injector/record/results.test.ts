import { expect, test } from "vitest";
import type { ResultValue, TaskRecord } from "../../../injector/record/record.ts";
import { parseResult, runResults } from "../../../injector/record/results.ts";

const task = (name: string, results: Record<string, ResultValue>): TaskRecord => ({
  name,
  state: "succeeded",
  steps: [],
  results: Object.entries(results).map(([key, value]) => ({ name: key, value })),
});
const tasks = [task("build", { digest: "sha256:1", list: ["a", "b"], map: { key: "v" } }), task("lint", {})];
const evaluate = (value: Parameters<typeof runResults>[0][number]["value"]) =>
  runResults([{ name: "out", type: "string", value }], tasks)[0]?.value;

test.each([
  ["text stays as it is, newline and all", "a\n", "string", "a\n"],
  ["a list", '["a"]', "array", ["a"]],
  ["a list of numbers is none of strings", "[1]", "array", undefined],
  ["an object", '{"a":"b"}', "object", { a: "b" }],
  ["no JSON", "nope", "object", undefined],
] as const)("%s", (_what, text, type, value) => {
  expect(parseResult(text, type)).toEqual(value);
});

test.each([
  ["$(tasks.build.results.digest)", "sha256:1"],
  ["image@$(tasks.build.results.digest)", "image@sha256:1"],
  ["$(tasks.build.results['digest'])", "sha256:1"],
  ["$(tasks.build.results.list[1])", "b"],
  ["$(tasks.build.results.list[*])", ["a", "b"]],
  ["$(tasks.build.results.list[9])", undefined],
  ["$(tasks.build.results.map.key)", "v"],
  ["$(finally.build.results.digest)", "sha256:1"],
  ["$(tasks.build.status)", "Succeeded"],
  ["$(tasks.lint.results.none)", undefined],
  ["x $(tasks.none.results.none)", undefined],
])("%s", (expression, value) => {
  expect(evaluate(expression)).toEqual(value);
});

test("lists and maps of expressions are evaluated item by item", () => {
  expect(evaluate(["x", "$(tasks.build.results.list[*])"])).toEqual(["x", "a", "b"]);
  expect(evaluate({ a: "$(tasks.build.results.digest)" })).toEqual({ a: "sha256:1" });
  expect(evaluate({ a: "$(tasks.lint.results.none)" })).toBeUndefined();
});
