// `$(context.task.retry-count)`: left to the entrypoint where attempts are played, and only in what it answers.
import { expect, test } from "vitest";
import { fileOf, onlyPlan, runOf, stepOf, taskOf } from "./_runs.ts";

const COUNT = "$(context.task.retry-count)";
const asker = {
  name: "ask",
  image: `i:${COUNT}`,
  args: [COUNT],
  env: [{ name: "N", value: COUNT }],
  command: ["echo"],
  when: [{ input: COUNT, operator: "in" as const, values: ["0"] }],
};

test("a Task that is tried again asks the entrypoint, except for what the pod has once", () => {
  const sidecars = [{ name: "db", image: "i", args: [COUNT] }];
  const script = { name: "script", script: `echo ${COUNT}` };
  const plan = onlyPlan(runOf([taskOf("t", [asker, script], { retries: 2, sidecars })]));
  const step = stepOf(plan, "step-ask");
  expect([step.image, step.args, step.env]).toEqual(["i:0", [COUNT], [{ name: "N", value: COUNT }]]);
  expect(step.flags.when_expressions).toContain(COUNT);
  expect(step.flags.script).toBeUndefined();
  expect(stepOf(plan, "step-script").flags.script).toBe("/tekton/scripts/script-1");
  expect(fileOf(plan, "script-1")).toContain(`echo ${COUNT}`);
  expect(plan.sidecars[0]?.args).toEqual(["0"]);
});

test("a Task that is tried once knows it before the run", () => {
  const plan = onlyPlan(runOf([taskOf("t", [asker])]));
  expect(stepOf(plan, "step-ask")).toMatchObject({ args: ["0"], env: [{ name: "N", value: "0" }] });
});

test("a Task in a Task counts the attempts of the one around it, through its params too", () => {
  const inner = taskOf("in", [{ name: "s", command: ["echo"], args: [COUNT, "$(params.n)"] }], {
    params: { n: COUNT },
  });
  const plan = onlyPlan(runOf([taskOf("out", [{ kind: "task", name: "in", task: inner }], { retries: 1 })]));
  expect(plan.steps[0]?.args).toEqual([COUNT, COUNT]);
});

test("a step that runs once, after all attempts, has none", () => {
  const last = { name: "last", command: ["echo"], args: [COUNT], finally: true };
  const plan = onlyPlan(runOf([taskOf("t", [asker, last], { retries: 1 })]));
  expect(stepOf(plan, "step-last").args).toEqual(["0"]);
});
