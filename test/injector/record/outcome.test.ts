import { expect, test } from "vitest";
import type { StepStatus } from "../../../entrypoint/protocol/index.ts";
import type { Plan } from "../../../injector/plan/model/plan.ts";
import { runRecord, taskRecord } from "../../../injector/record/outcome.ts";
import { aPlan, aStatus, aStep, aTask } from "../_plan.ts";

const facts = { id: "1", images: [], backend: "local", startedAt: "a", finishedAt: "b" };
const threeSteps = aPlan({ steps: [aStep(0), aStep(1), aStep(2)] });
const ending = (
  plan: Plan,
  statuses: readonly StepStatus[],
  more: Partial<Parameters<typeof runRecord>[1]> = {},
) => {
  const { state, exitCode, message } = runRecord(plan, { ...facts, ...more }, statuses, [], []);
  return { state, exitCode, message };
};

test("a run exits with the code of the step that failed first, not of those that fell with it", () => {
  const cause = { step: "step-s1", state: "failed" } as const;
  const statuses = [
    aStatus("succeeded", 0, { exitCode: 0 }),
    aStatus("failed", 2, { exitCode: 7 }),
    aStatus("skipped", 1, { exitCode: 1, cause }),
  ];
  expect(ending(threeSteps, statuses)).toEqual({
    state: "failed",
    exitCode: 7,
    message: "step-s1 failed: exit code 7",
  });
});

test("of steps that an engine took with it, the one that ran is named, not one that waited", () => {
  const lost = { exitCode: 1, message: "docker went away before it could report" };
  const { startedAt: _never, ...waited } = aStatus("lost", 1, {
    ...lost,
    finishedAt: "2026-01-01T00:00:01.000Z",
  });
  const ran = aStatus("lost", 2, {
    ...lost,
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:02.000Z",
  });
  const statuses = [aStatus("succeeded"), waited, ran];
  expect(ending(threeSteps, statuses).message).toBe(`step-s2 was lost: ${lost.message}`);
});

test("steps skipped by their own conditions do not fail a run", () => {
  const statuses = [aStatus("succeeded"), aStatus("skipped", 1, { exitCode: 0 }), aStatus("succeeded", 2)];
  expect(ending(threeSteps, statuses)).toMatchObject({ state: "succeeded", exitCode: 0 });
  expect(ending(threeSteps, statuses).message).toBe("2 steps ran, 1 skipped");
});

test("a tolerated failure of a step, and any failure of a tolerated Task, leave the run succeeded", () => {
  const tolerated = aStatus("failed", 1, { exitCode: 3, tolerated: true });
  expect(ending(aPlan(), [tolerated]).exitCode).toBe(0);
  const plan = aPlan({ tasks: [aTask("build", [0], { tolerated: true })] });
  expect(ending(plan, [aStatus("failed", 1, { exitCode: 3 })]).exitCode).toBe(0);
});

test.each([
  [
    aStatus("timedOut", 0, { exitCode: 124, message: "no end after 1s" }),
    "timedOut",
    124,
    "step-s0 timed out: no end after 1s",
  ],
  [aStatus("lost", 0, { exitCode: 1, message: "killed" }), "failed", 1, "step-s0 was lost: killed"],
  [aStatus("setupFailed", 0, { exitCode: 125 }), "failed", 125, "step-s0 could not start"],
  [
    aStatus("failed", 0, { exitCode: 139, signal: "SIGSEGV" }),
    "failed",
    139,
    "step-s0 failed: killed by SIGSEGV",
  ],
  [aStatus("cancelled", 0, { exitCode: 143 }), "cancelled", 143, "step-s0 was cancelled"],
])("%#: the state of the run follows from the deciding step", (status, state, exitCode, message) => {
  expect(ending(aPlan(), [status])).toEqual({ state, exitCode, message });
});

test("a run ended from outside is cancelled, whether its steps obeyed or were killed", () => {
  for (const state of ["cancelled", "lost"] as const)
    expect(ending(aPlan(), [aStatus(state, 0, { exitCode: 1 })], { cancelledBy: "SIGINT" })).toEqual({
      state: "cancelled",
      exitCode: 130,
      message: "cancelled by SIGINT",
    });
});

test("a failure before the cancellation stays the reason", () => {
  const plan = aPlan({ steps: [aStep(0), aStep(1)] });
  const statuses = [aStatus("failed", 0, { exitCode: 9 }), aStatus("cancelled", 3, { exitCode: 130 })];
  expect(ending(plan, statuses, { cancelledBy: "SIGINT" })).toMatchObject({ state: "failed", exitCode: 9 });
});

test("a step of a matrix is called by its values, and keeps its name", () => {
  const label = "train[lr=0.1]";
  const plan = aPlan({
    steps: [aStep(0, { label: `${label}-s0` }), aStep(1)],
    tasks: [aTask("train-0", [0], { label }), aTask("pick", [1])],
  });
  const statuses = [
    aStatus("failed", 1, { step: "step-s0", exitCode: 3 }),
    aStatus("skipped", 1, { step: "step-s1" }),
  ];
  const { message, steps } = runRecord(plan, facts, statuses, [], []);
  expect(message).toBe("train[lr=0.1]-s0 failed: exit code 3");
  expect(steps.map((status) => [status.step, status.label])).toEqual([
    ["step-s0", "train[lr=0.1]-s0"],
    ["step-s1", undefined],
  ]);
  expect(plan.tasks.map((task) => taskRecord(plan, task, statuses, []).label)).toEqual([label, undefined]);
});

test("a Task is skipped when all its steps were, else as bad as its worst", () => {
  const plan = aPlan({ steps: [aStep(0), aStep(1)] });
  const task = aTask("build", [0, 1]);
  const state = (...statuses: StepStatus[]) => taskRecord(plan, task, statuses, []).state;
  expect(state(aStatus("skipped"), aStatus("skipped"))).toBe("skipped");
  expect(state(aStatus("succeeded"), aStatus("skipped"))).toBe("succeeded");
  expect(state(aStatus("failed"), aStatus("skipped"))).toBe("failed");
  expect(state(aStatus("failed"), aStatus("lost"))).toBe("lost");
  expect(state(aStatus("failed", 0, { tolerated: true }), aStatus("succeeded"))).toBe("succeeded");
});

test("a Task lasts from its first step's start to its last step's end", () => {
  const plan = aPlan({ steps: [aStep(0), aStep(1)] });
  const record = taskRecord(
    plan,
    aTask("build", [0, 1]),
    [aStatus("succeeded", 5), aStatus("succeeded", 1)],
    [],
  );
  expect([record.startedAt, record.finishedAt]).toEqual([
    "2026-01-01T00:00:01.000Z",
    "2026-01-01T00:00:06.000Z",
  ]);
});
