// Which Tasks look for failures of others before they begin.
import { expect, test } from "vitest";
import { plan } from "../../../injector/plan/index.ts";
import { onlyPlan, runOf, taskOf } from "./_runs.ts";

type Over = NonNullable<Parameters<typeof taskOf>[2]>;
const one = (name: string, over: Over = {}) =>
  taskOf(
    name,
    [
      { name: "a", command: ["true"] },
      { name: "b", command: ["true"] },
    ],
    over,
  );

const looking = (...args: Parameters<typeof runOf>): readonly string[] =>
  onlyPlan(runOf(...args))
    .steps.filter(({ flags }) => flags.fail_fast)
    .map(({ id }) => id);

test("the first step of those that wait, where a Task that they do not wait for may fail", () => {
  const tasks = [one("lint"), one("build"), one("test", { runAfter: ["build"] })];
  expect(looking(tasks, { finally: [one("tell")] })).toEqual(["step-test-a"]);
});

test("nobody in a chain, where waiting is enough", () => {
  expect(looking([one("a"), one("b", { runAfter: ["a"] }), one("c", { runAfter: ["b"] })])).toEqual([]);
});

test("nobody for the sake of a Task that may fail", () => {
  const tasks = [one("lint", { onError: "continue" }), one("build"), one("test", { runAfter: ["build"] })];
  expect(looking(tasks)).toEqual([]);
});

test("Tasks that may fail say so where somebody looks", () => {
  const tasks = [one("x"), one("lint", { onError: "continue" }), one("y", { runAfter: ["lint"] })];
  const tolerated = onlyPlan(runOf(tasks)).steps.filter(({ flags }) => flags.task_tolerated);
  expect(tolerated.map(({ id }) => id)).toEqual(["step-lint-a", "step-lint-b"]);
});

test("only Tasks of the same pod count", () => {
  const pod = { serviceAccountName: "x", labels: {}, annotations: {}, spec: {} };
  const tasks = [one("lint", { pod }), one("build"), one("test", { runAfter: ["build"] })];
  const { plans } = plan(runOf(tasks));
  expect(plans.flatMap(({ steps }) => steps.filter(({ flags }) => flags.fail_fast))).toEqual([]);
});
