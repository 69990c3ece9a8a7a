import { expect, test } from "vitest";
import type { Plan } from "../../../injector/plan/model/plan.ts";
import type { DoneTask, PlanSet } from "../../../injector/plan/model/plan-set.ts";
import { eachLine } from "../../../injector/record/each-line.ts";
import type { RunEvent, RunRecord } from "../../../injector/record/record.ts";
import { runInRounds } from "../../../injector/run/rounds.ts";
import { aPlan, aStatus, aStep, aTask } from "../_plan.ts";

const set = (
  plans: readonly Plan[],
  deferred: readonly string[] = [],
  skipped: readonly string[] = [],
): PlanSet => ({
  name: "whole",
  source: { kind: "Pipeline", name: "whole", file: "f" },
  plans,
  edges: [],
  deferred: deferred.map((task) => ({ task, why: "a result decides" })),
  skipped: skipped.map((task) => ({ task, why: "it cannot" })),
  results: [{ name: "all", type: "string", value: "$(tasks.one.results.r)$(tasks.two.results.r)" }],
  notes: [],
});

const planOf = (task: string): Plan =>
  aPlan({ name: task, tasks: [aTask(task, [0])], steps: [aStep(0, { id: `step-${task}`, task })] });

/** Ends every step of every plan in the same way, with a result named after its Task. */
async function run(answers: readonly PlanSet[], state: "succeeded" | "failed" | "cancelled" = "succeeded") {
  const asked: Readonly<Record<string, DoneTask>>[] = [];
  const events: RunEvent[] = [];
  let cleared = 0;
  const rounds = {
    plan: (done: Readonly<Record<string, DoneTask>>) => {
      asked.push(done);
      return answers[Math.min(asked.length, answers.length) - 1] ?? set([]);
    },
    runner: {
      name: "fake",
      async *run(plan: Plan): AsyncGenerator<RunEvent> {
        const at = "2026-01-01T00:00:00.000Z";
        yield { type: "runStarted", at, run: plan.name, backend: "fake" };
        yield { type: "notice", at, message: plan.name };
        yield { type: "runFinished", at, record: recordOf(plan, state) };
      },
    },
    onPlan: () => undefined,
    next: async () => void cleared++,
  };
  for await (const event of eachLine(runInRounds(rounds, {}))) events.push(event);
  const last = events.at(-1);
  if (last?.type !== "runFinished") throw new Error("no record");
  return { asked, events, cleared, record: last.record };
}

const recordOf = (plan: Plan, state: "succeeded" | "failed" | "cancelled"): RunRecord => ({
  apiVersion: "baton.run/v1alpha1",
  kind: "RunRecord",
  id: "1",
  version: "0",
  images: [],
  name: plan.name,
  source: plan.source,
  backend: "fake",
  state,
  message: state,
  exitCode: state === "succeeded" ? 0 : 7,
  startedAt: "a",
  finishedAt: "b",
  tasks: plan.tasks.map(({ name }) => ({
    name,
    state,
    steps: [`step-${name}`],
    results: [{ name: "r", value: name }],
  })),
  steps: plan.steps.map(({ id }) => aStatus(state, 0, { step: id, exitCode: state === "succeeded" ? 0 : 7 })),
  results: [],
  artifacts: [],
});

test("a run of one plan is that plan's", async () => {
  const { asked, events, record } = await run([set([planOf("one")])]);
  expect(asked).toEqual([{}]);
  expect(events.map(({ type }) => type)).toEqual(["runStarted", "notice", "runFinished"]);
  expect(record.name).toBe("one");
});

test("what is put off is planned with what is done, and told as one run", async () => {
  const { asked, events, cleared, record } = await run([
    set([planOf("one")], ["two"]),
    set([planOf("two")]),
    set([]),
  ]);
  expect(asked[1]).toEqual({ one: { status: "Succeeded", results: { r: "one" } } });
  expect(events.map(({ type }) => type)).toEqual(["runStarted", "notice", "notice", "runFinished"]);
  expect(cleared).toBe(1);
  expect(record).toMatchObject({
    name: "whole",
    state: "succeeded",
    results: [{ name: "all", value: "onetwo" }],
  });
  expect(record.steps.map(({ step }) => step)).toEqual(["step-one", "step-two"]);
});

test("plans that were cut apart run one after the other", async () => {
  const answers = [set([planOf("one"), planOf("two")]), set([planOf("two")]), set([])];
  expect((await run(answers)).record.tasks.map(({ name }) => name)).toEqual(["one", "two"]);
});

test("Tasks that cannot run any more are in the record, skipped", async () => {
  const answers = [set([planOf("one")], ["two"]), set([], [], ["two"])];
  const { record } = await run(answers, "failed");
  expect(record).toMatchObject({ state: "failed", exitCode: 7 });
  expect(record.tasks.map(({ name, state }) => [name, state])).toEqual([
    ["one", "failed"],
    ["two", "skipped"],
  ]);
});

test("a cancelled run is not planned on", async () => {
  const { asked, record } = await run([set([planOf("one")], ["two"]), set([planOf("two")])], "cancelled");
  expect(asked).toHaveLength(1);
  expect(record.state).toBe("cancelled");
});

test("results of the run are those of the last plans, which know what a matrix stands for", async () => {
  const later = {
    name: "all",
    type: "array" as const,
    value: ["$(tasks.two-0.results.r)", "$(tasks.two-1.results.r)"],
  };
  const early = { ...later, value: "$(tasks.two.results.r[*])" };
  const both = aPlan({
    name: "two",
    tasks: [aTask("two-0", [0]), aTask("two-1", [1])],
    steps: ["two-0", "two-1"].map((task, at) => aStep(at, { id: `step-${task}`, task })),
  });
  const { record } = await run([
    { ...set([planOf("one")], ["two"]), results: [early] },
    { ...set([both]), results: [later] },
  ]);
  expect(record.results).toEqual([{ name: "all", value: ["two-0", "two-1"] }]);
});

test("a run that has nothing to do succeeds, and says what was skipped", async () => {
  const { events, record } = await run([set([], [], ["none"])]);
  expect(events.map(({ type }) => type)).toEqual(["runStarted", "runFinished"]);
  expect([record.name, record.state, record.exitCode]).toEqual(["whole", "succeeded", 0]);
  expect(record.tasks.map(({ name, state }) => [name, state])).toEqual([["none", "skipped"]]);
});
