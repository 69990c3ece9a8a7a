// Tasks on one workspace: readers side by side, writers alone.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan, PlannedStep } from "../../../injector/plan/model/plan.ts";
import type { ResolvedTask } from "../../../injector/resolve/resolved.ts";
import { edgesOf, onlyPlan, runOf, stepOf, taskOf } from "./_runs.ts";

const bound = { workspaces: { ws: { name: "ws", emptyDir: {} } } };
const on = (name: string, access: "reads" | "writes", runAfter: readonly string[] = [], subPath?: string) =>
  taskOf(name, [{ name: "s", command: ["true"] }], {
    runAfter,
    workspaces: [
      {
        name: "data",
        workspace: "ws",
        ...(access === "reads" ? { readOnly: true } : {}),
        ...(subPath === undefined ? {} : { subPath }),
      },
    ],
  });
const planned = (...tasks: readonly ResolvedTask[]) => onlyPlan(runOf(tasks, bound));

test("readers of a clone run side by side, on mounts that cannot be written", () => {
  const plan = planned(on("clone", "writes"), on("lint", "reads", ["clone"]), on("test", "reads", ["clone"]));
  expect(edgesOf(plan)).toEqual(["step-clone-s → step-lint-s", "step-clone-s → step-test-s"]);
  const mount = stepOf(plan, "step-lint-s").mounts.find(({ path }) => path === "/workspace/data");
  expect(mount?.readOnly).toBe(true);
});

test("writers that nothing orders run in declared order, whatever becomes of the other", () => {
  expect(edgesOf(planned(on("a", "writes"), on("b", "writes")))).toEqual(["step-a-s ⇢ step-b-s"]);
});

test("a writer waits for the readers before it", () => {
  const plan = planned(on("w", "writes"), on("r1", "reads"), on("r2", "reads"), on("v", "writes"));
  expect(edgesOf(plan)).toEqual([
    "step-w-s ⇢ step-r1-s",
    "step-w-s ⇢ step-r2-s",
    "step-r2-s ⇢ step-v-s",
    "step-r1-s ⇢ step-v-s",
  ]);
});

describe("directories of one workspace", () => {
  test.each([
    ["a", "b", 0],
    ["a", "a/b", 1],
    ["a/b", "a", 1],
    ["a", "ab", 0],
    [undefined, "a", 1],
    ["./a/", "a", 1],
  ])("%s and %s", (first, second, edges) => {
    expect(edgesOf(planned(on("x", "writes", [], first), on("y", "writes", [], second)))).toHaveLength(edges);
  });
});

test("two workspaces on one claim are one", () => {
  const pvc = { persistentVolumeClaim: { claimName: "c" } };
  const workspaces = { ws: { name: "ws", ...pvc }, again: { name: "again", ...pvc } };
  const second = { ...on("b", "writes"), workspaces: [{ name: "data", workspace: "again" }] };
  expect(edgesOf(onlyPlan(runOf([on("a", "writes"), second], { workspaces })))).toHaveLength(1);
});

interface Shape {
  readonly access: "reads" | "writes";
  readonly directory: string | undefined;
  readonly needs: readonly number[];
  readonly tolerated: boolean;
}

const shapes: fc.Arbitrary<readonly Shape[]> = fc.array(
  fc.record({
    access: fc.constantFrom("reads" as const, "writes" as const),
    needs: fc.array(fc.nat(30), { maxLength: 3 }),
    directory: fc.constantFrom(undefined, "a", "b", "a/c"),
    tolerated: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const needsOf = ({ needs }: Shape, at: number) => [...new Set(needs.filter((need) => need < at))];
const planOf = (all: readonly Shape[]) =>
  planned(
    ...all.map((shape, at) => ({
      ...on(
        `t${at}`,
        shape.access,
        needsOf(shape, at).map((need) => `t${need}`),
        shape.directory,
      ),
      ...(shape.tolerated ? { onError: "continue" } : {}),
    })),
  );

test("whatever the graph, no order that was written is lost", () => {
  fc.assert(
    fc.property(shapes, (all) => {
      const plan = planOf(all);
      for (const step of plan.steps)
        for (const need of step.needs) expect(need.step).toBeLessThan(step.index);
      const before = reachable(plan);
      const at = new Map(plan.steps.map((step) => [step.task, step.index]));
      const pairs = all.flatMap((shape, one) => needsOf(shape, one).map((need) => [one, need]));
      for (const [one, need] of pairs)
        expect(before[at.get(`t${one}`) ?? -1]?.has(at.get(`t${need}`) ?? -1)).toBe(true);
    }),
  );
});

test("whatever happens at run time, nobody writes where somebody else is", () => {
  fc.assert(
    fc.property(shapes, fc.infiniteStream(fc.tuple(fc.nat(), fc.boolean())), (all, chance) => {
      const plan = planOf(all);
      const shapeOf = (step: PlannedStep | undefined) => all[Number(step?.task.slice(1))];
      const clashes = [...play(plan, chance)].flatMap((running) => {
        const pairs = running.flatMap((a) => running.filter((b) => a < b).map((b) => [a, b] as const));
        return pairs.filter(([a, b]) => collide(shapeOf(plan.steps[a]), shapeOf(plan.steps[b])));
      });
      expect(clashes).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

function collide(a: Shape | undefined, b: Shape | undefined): boolean {
  if (a?.access !== "writes" && b?.access !== "writes") return false;
  const [x = "", y = ""] = [a?.directory, b?.directory];
  return x === y || x === "" || y === "" || x.startsWith(`${y}/`) || y.startsWith(`${x}/`);
}

/** For each step, the indexes of all that it comes after. */
function reachable({ steps }: Plan): readonly ReadonlySet<number>[] {
  const before: Set<number>[] = [];
  for (const { needs } of steps)
    before.push(new Set(needs.flatMap(({ step }) => [step, ...(before[step] ?? [])])));
  return before;
}

/** The protocol in small: steps end in any order and any way, and a step is skipped as soon as one it needs failed. */
function* play({ steps }: Plan, chance: Iterator<[number, boolean]>): Generator<readonly number[]> {
  const ended = new Map<number, boolean>();
  const running = new Set<number>();
  const failed = ({ needs }: PlannedStep) =>
    needs.some(({ step, on: mode }) => mode === "succeeded" && ended.get(step) === false);
  const ready = ({ needs }: PlannedStep) => needs.every(({ step }) => ended.has(step));
  while (ended.size < steps.length) {
    const waiting = steps.filter(({ index }) => !ended.has(index) && !running.has(index));
    const skipped = waiting.filter(failed);
    for (const { index } of skipped) ended.set(index, false);
    if (skipped.length > 0) continue;
    for (const { index } of waiting.filter(ready)) running.add(index);
    yield [...running];
    const [pick, success] = chance.next().value;
    const [next] = [...running].slice(pick % running.size);
    running.delete(next ?? -1);
    ended.set(next ?? -1, success);
  }
}
