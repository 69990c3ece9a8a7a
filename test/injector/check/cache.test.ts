// `cache` of a step, a Task, a Pipeline's task: what it means for each step, and where it is refused.
import { expect, test } from "vitest";
import { check } from "../../../injector/check/check.ts";
import { load } from "../../../injector/documents/load.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const HEAD = "apiVersion: baton.run/v1alpha1\nkind: Task\nmetadata: {name: t}\nspec:\n";
const texts = (text: string) => [{ path: "t.yaml", text }];
const codesOf = (text: string) => {
  const loaded = load(texts(text));
  return [...loaded.diagnostics, ...check(loaded)].map(({ code }) => code);
};
const cachesOf = (text: string) =>
  resolve(load(texts(text))).tasks.flatMap(({ spec }) =>
    spec.steps.map((one) => (one.kind === "step" ? one.step.cache : "task")),
  );

test("a Task's word is for its steps that leave something, and a step's own comes first", () => {
  const steps = `
    - {name: a, script: a}
    - {name: b, script: b, results: [{name: r}]}
    - {name: c, script: c, cache: false, results: [{name: r}]}
    - {name: d, script: d, cache: {key: [x], ttl: 1h}, artifacts: {outputs: [{name: o, path: /o}]}}`;
  expect(cachesOf(`${HEAD}  cache: true\n  steps:${steps}`)).toEqual([
    undefined,
    true,
    false,
    { key: ["x"], ttl: "1h" },
  ]);
});

test("a Task's result is its only step's, and nobody's where there are several", () => {
  const results = "  cache: true\n  results: [{name: r}]\n";
  expect(cachesOf(`${HEAD}${results}  steps: [{script: a}]`)).toEqual([true]);
  expect(codesOf(`${HEAD}${results}  steps: [{script: a}, {script: b}]`)).toEqual(["cache-nothing"]);
});

test("a Pipeline's task is cached unless its Task says otherwise; its key may be a param of the Pipeline", () => {
  const text = `apiVersion: baton.run/v1alpha1
kind: Pipeline
metadata: {name: p}
spec:
  params: [{name: v, default: "7"}]
  tasks:
    - name: one
      cache: {key: [$(params.v)]}
      taskSpec: {steps: [{script: a, results: [{name: r}]}]}
    - name: two
      cache: true
      taskSpec: {cache: false, steps: [{script: a, results: [{name: r}]}]}
`;
  expect(cachesOf(text)).toEqual([{ key: ["7"] }, false]);
});

test.each([
  ["  steps: [{script: a, cache: true}]", ["cache-nothing"]],
  ["  cache: true\n  steps: [{script: a}]", ["cache-nothing"]],
  ["  steps: [{script: a, cache: false}]", []],
  ["  steps: [{script: a, cache: {ttl: soon}, results: [{name: r}]}]", ["bad-duration"]],
  ["  steps: [{script: a, cache: true, results: [{name: r}], stderrConfig: {path: /e}}]", ["cache-unsound"]],
  [
    "  workspaces: [{name: w}]\n  sidecars: [{name: s, image: i, workspaces: [{name: w}]}]\n  steps: [{script: a, cache: true, results: [{name: r}]}]",
    ["cache-unsound"],
  ],
  ["  sidecars: [{name: s, image: i}]\n  steps: [{script: a, cache: true, results: [{name: r}]}]", []],
  ["  steps: [{script: a, cache: often, results: [{name: r}]}]", ["wrong-type"]],
])("%s", (spec, codes) => {
  expect(codesOf(HEAD + spec)).toEqual(codes);
});

test("Tekton has no such field", () => {
  const text = `${HEAD}  steps: [{script: a, cache: true, results: [{name: r}]}]`;
  expect(codesOf(text.replace("baton.run/v1alpha1", "tekton.dev/v1"))).toEqual(["not-in-tekton"]);
});
