// A stream tells endings in the order of the edges, and loses none.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan } from "../../../injector/plan/model/plan.ts";
import { endingsInOrder } from "../../../injector/record/follow.ts";
import type { Observation } from "../../../injector/record/record.ts";
import { aPlan, aStatus, aStep } from "../_plan.ts";

const at = "2026-01-01T00:00:00.000Z";
const ended = (index: number): Observation => ({
  type: "stepFinished",
  at,
  step: `step-s${index}`,
  status: aStatus("succeeded", index),
});

async function told(plan: Plan, events: readonly Observation[]): Promise<readonly string[]> {
  const stream = async function* () {
    yield* events;
  };
  const names: string[] = [];
  for await (const event of endingsInOrder(plan, stream()))
    names.push(event.type === "stepFinished" ? event.step.slice(6) : event.type);
  return names;
}

const planOf = (needs: readonly (readonly number[])[]): Plan =>
  aPlan({
    steps: needs.map((own, index) => ({
      ...aStep(index),
      needs: own.map((step) => ({ step, on: "settled" as const })),
    })),
  });

test("a step that has run ends after those it waited for, whatever is seen first", async () => {
  const line: Observation = { type: "log", at, step: "step-s0", stream: "stdout", line: "x" };
  expect(await told(planOf([[], [0], [1]]), [ended(2), ended(1), line, ended(0)])).toEqual([
    ...["log", "0", "1", "2"],
  ]);
});

test("one that never ran may end before those it would have waited for", async () => {
  const { startedAt: _never, ...status } = aStatus("cancelled", 1);
  const cancelled: Observation = { type: "stepFinished", at, step: "step-s1", status };
  expect(await told(planOf([[], [0]]), [cancelled, ended(0)])).toEqual(["1", "0"]);
});

test("every ending is told once, in an order of the edges", async () => {
  const graphs = fc
    .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
    .map((needs) => needs.map((own, index) => (index === 0 ? [] : own.map((need) => need % index))));
  const cases = graphs.chain((needs) =>
    fc.record({
      needs: fc.constant(needs),
      seen: fc.shuffledSubarray(
        needs.map((_, index) => index),
        { minLength: needs.length },
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ needs, seen }) => {
      const order = (
        await told(
          planOf(needs),
          seen.map((index) => ended(index)),
        )
      ).map(Number);
      expect(order.toSorted((a, b) => a - b)).toEqual(needs.map((_, index) => index));
      for (const [index, own] of needs.entries())
        for (const need of own) expect(order.indexOf(need)).toBeLessThan(order.indexOf(index));
    }),
  );
});
