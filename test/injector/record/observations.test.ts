// A stream tells what steps do in the order of the edges, whatever is seen first, and loses nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Observations } from "../../../injector/record/observations.ts";
import type { Observation } from "../../../injector/record/record.ts";
import { aPlan, aStatus, aStep, aTask } from "../_plan.ts";

const at = "2026-01-01T00:00:00.000Z";
const step = (index: number) => `step-s${index}`;
const started = (index: number, attempt = 1): Observation => ({
  type: "stepStarted",
  at,
  step: step(index),
  attempt,
});
const line = (index: number, text = "x"): Observation => ({
  type: "log",
  at,
  step: step(index),
  stream: "stdout",
  line: text,
});
const ended = (index: number, status = aStatus("succeeded", index)): Observation => ({
  type: "stepFinished",
  at,
  step: step(index),
  status,
});

const planOf = (needs: readonly (readonly number[])[], retries = 0) => {
  const steps = needs.map((own, index) => ({
    ...aStep(index),
    needs: own.map((need) => ({ step: need, on: "settled" as const })),
  }));
  const tasks = [
    aTask(
      "build",
      steps.map(({ index }) => index),
      { retries },
    ),
  ];
  return aPlan({ steps, tasks });
};

async function told(plan: ReturnType<typeof planOf>, seen: readonly Observation[]): Promise<Observation[]> {
  const observations = new Observations(plan);
  for (const event of seen) observations.push(event);
  observations.close();
  return all(observations);
}

async function all(observations: Observations): Promise<Observation[]> {
  const told: Observation[] = [];
  for await (const event of observations) told.push(event);
  return told;
}

const CHAIN = planOf([[], [0], [1]]);

test("what a step said comes before the start of the one that waited for it", async () => {
  const seen = [started(0), started(1), line(1), ended(2), ended(1), line(0), ended(0)];
  const order = [started(0), line(0), ended(0), started(1), line(1), ended(1), ended(2)];
  expect(await told(CHAIN, seen)).toEqual(order);
});

test("a step that was skipped ends after the one that it was skipped for", async () => {
  const { startedAt: _never, ...skipped } = aStatus("skipped", 1);
  expect(await told(CHAIN, [ended(1, skipped), ended(0)])).toEqual([ended(0), ended(1, skipped)]);
});

test.each(["cancelled", "setupFailed", "lost"] as const)(
  "one that was %s while it waited ends at once, with what it has said",
  async (state) => {
    const { startedAt: _never, ...status } = aStatus(state, 1);
    const seen = [line(1), ended(1, status), ended(0)];
    expect(await told(CHAIN, seen)).toEqual(seen);
  },
);

test("attempts of a Task alternate between its steps", async () => {
  const seen = [started(0), started(1), line(1, "first"), started(1, 2), started(0, 2), line(1), ended(1)];
  const order = [started(0), started(1), line(1, "first"), started(0, 2), started(1, 2), line(1), ended(1)];
  expect(await told(planOf([[], [0]], 1), seen)).toEqual(order);
});

test("a stream that breaks off tells what there is, and then why", async () => {
  const observations = new Observations(CHAIN);
  observations.push(line(1));
  observations.close({ error: new Error("gone") });
  const told: Observation[] = [];
  const read = async () => {
    for await (const event of observations) told.push(event);
  };
  await expect(read()).rejects.toThrow("gone");
  expect(told).toEqual([line(1)]);
});

test("who says more than can be told is asked to wait until it is its turn", async () => {
  const observations = new Observations(CHAIN);
  expect(observations.ready(step(1))).toBeUndefined();
  for (let count = 0; count < 5000; count += 1) observations.push(line(1));
  const room = observations.ready(step(1));
  expect(room).toBeInstanceOf(Promise);
  expect(observations.ready(step(0))).toBeUndefined();
  observations.push(ended(0));
  await room;
});

test("lines that come together count one by one, and a long one for many", () => {
  const together = (lines: readonly string[]): Observation => ({
    type: "lines",
    at: "",
    step: step(0),
    stream: "stdout",
    lines,
  });
  const few = new Observations(CHAIN);
  few.push(together(Array.from({ length: 100 }, () => "few")));
  expect(few.ready(step(0))).toBeUndefined();
  for (const lines of [Array.from({ length: 5000 }, () => "many"), ["x".repeat(1 << 20)]]) {
    const observations = new Observations(CHAIN);
    observations.push(together(lines));
    expect(observations.ready(step(0))).toBeInstanceOf(Promise);
  }
});

const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((needs) => needs.map((own, index) => (index === 0 ? [] : own.map((need) => need % index))));

/** Each step's events in their order, those of different steps mixed in any. */
const runs = graphs.chain((needs) =>
  fc.record({
    needs: fc.constant(needs),
    turns: fc.shuffledSubarray(
      needs.flatMap((_, index) => [index, index, index]),
      { minLength: needs.length * 3 },
    ),
  }),
);

test("everything is told once, and of no step before all it needs have ended", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ needs, turns }) => {
      const life = needs.map((_, index) => [started(index), line(index), ended(index)]);
      const seen = turns.map((index) => life[index]?.shift() as Observation);
      const order = await told(planOf(needs), seen);
      expect(order.toSorted(byText)).toEqual(seen.toSorted(byText));
      const place = (event: Observation) => order.findIndex((one) => byText(one, event) === 0);
      for (const [index, own] of needs.entries()) {
        expect(place(started(index))).toBeLessThan(place(line(index)));
        expect(place(line(index))).toBeLessThan(place(ended(index)));
        for (const need of own) expect(place(ended(need))).toBeLessThan(place(started(index)));
      }
    }),
  );
});

const byText = (one: Observation, other: Observation): number =>
  JSON.stringify(one).localeCompare(JSON.stringify(other));
