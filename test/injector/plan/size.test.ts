// Plans of any size and shape: no recursion that runs out of stack, whatever order the Tasks are declared in.
import { expect, test } from "vitest";
import { plan } from "../../../injector/plan/index.ts";
import { onlyPlan, runOf, taskOf } from "./_runs.ts";

const MANY = 2000;
const numbers = [...Array(MANY).keys()];
const work = (name: string) => ({ name, image: "i", command: ["true"] });

test("steps of one Task", () => {
  const { steps } = onlyPlan(
    runOf([
      taskOf(
        "t",
        numbers.map((at) => work(`s${at}`)),
      ),
    ]),
  );
  expect(steps).toHaveLength(MANY);
  expect(steps.at(-1)?.needs).toEqual([{ step: MANY - 2, on: "succeeded" }]);
});

test("a chain of Tasks that is declared from its end", () => {
  const chain = numbers.map((at) =>
    taskOf(`t${at}`, [work("s")], { runAfter: at === 0 ? [] : [`t${at - 1}`] }),
  );
  const { steps } = onlyPlan(runOf(chain.toReversed()));
  expect(steps.map(({ task }) => task)).toEqual(numbers.map((at) => `t${at}`));
});

test("Tasks side by side, and one behind them all", () => {
  const { steps } = onlyPlan(
    runOf(
      numbers.map((at) => taskOf(`t${at}`, [work("s")])),
      { finally: [taskOf("last", [work("s")])] },
    ),
  );
  expect(steps.at(-1)?.needs).toHaveLength(MANY);
});

test("as many pods as Tasks", () => {
  const chain = numbers
    .slice(0, 300)
    .map((at) => taskOf(`t${at}`, [work("s")], { runAfter: at === 0 ? [] : [`t${at - 1}`] }));
  const { plans, edges } = plan(runOf(chain), { maxPod: { steps: 1 } });
  expect([plans.length, edges.length]).toEqual([300, 299]);
});
