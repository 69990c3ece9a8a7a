// What a pod asks for: the most that can run at once, not the sum of everything.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { peakOf } from "../../../injector/plan/fuse/peak.ts";
import { parseQuantity } from "../../../injector/plan/model/quantity.ts";
import { onlyPlan, runOf, taskOf } from "./_runs.ts";

describe("the most at once", () => {
  test("is the heaviest set of steps that do not wait for each other", () => {
    const graph = fc.array(fc.record({ weight: fc.nat(9), needs: fc.array(fc.nat(12), { maxLength: 3 }) }), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(graph, (steps) => {
        const needs = steps.map((step, at) => step.needs.filter((need) => need < at));
        const weights = steps.map((step) => step.weight);
        expect(peakOf(weights, needs)).toBe(byTrying(weights, needs));
      }),
      { numRuns: 300 },
    );
  });
});

describe("requests of a pod", () => {
  const asks = (name: string, cpu: string, memory: string) => ({
    name,
    command: ["true"],
    computeResources: { requests: { cpu, memory }, limits: { memory: "8Gi" } },
  });
  const chain = taskOf("build", [asks("a", "500m", "1Gi"), asks("b", "2", "4Gi"), asks("c", "100m", "64Mi")]);
  const cpuOf = (resources: unknown) =>
    parseQuantity((resources as { requests: { cpu: string } }).requests.cpu) ?? Number.NaN;

  test("of steps that take turns are those of the hungriest", () => {
    const plan = onlyPlan(runOf([chain]));
    expect(plan.resources).toEqual({ requests: { cpu: "2", memory: "4Gi" } });
    const asked = plan.steps.map((step) => cpuOf(step.container["resources"]));
    expect(asked.reduce((sum, one) => sum + one, 0)).toBe(2000);
    expect(plan.steps[0]?.container["resources"]).toMatchObject({ limits: { memory: "8Gi" } });
  });

  test("of Tasks side by side, and of sidecars, add up", () => {
    const other = taskOf("test", [asks("a", "1", "1Gi")], {
      sidecars: [{ name: "db", command: ["db"], computeResources: { requests: { cpu: "250m" } } }],
    });
    expect(onlyPlan(runOf([chain, other])).resources?.requests).toEqual({ cpu: "3250m", memory: "5Gi" });
    const after = { ...other, runAfter: ["build"] };
    expect(onlyPlan(runOf([chain, after])).resources?.requests).toEqual({ cpu: "2250m", memory: "4Gi" });
  });

  test("for a whole Task are divided among its steps", () => {
    const task = taskOf("t", [{ command: ["a"] }, { command: ["b"] }], {
      computeResources: { requests: { cpu: "1" }, limits: { cpu: "2" } },
    });
    expect(onlyPlan(runOf([task])).steps.map((step) => step.container["resources"])).toEqual([
      { requests: { cpu: "500m" }, limits: { cpu: "2" } },
      { requests: { cpu: "500m" }, limits: { cpu: "2" } },
    ]);
  });

  test("nobody asks, nothing is said", () => {
    const plan = onlyPlan(runOf([taskOf("t", [{ command: ["a"] }])]));
    expect(plan.resources).toBeUndefined();
    expect(plan.steps[0]?.container).toEqual({});
  });
});

/** All sets of steps, for graphs small enough. */
function byTrying(weights: readonly number[], needs: readonly (readonly number[])[]): number {
  const before = weights.map(() => new Set<number>());
  needs.forEach((own, at) => {
    for (const need of own) for (const one of [need, ...(before[need] ?? [])]) before[at]?.add(one);
  });
  const free = (set: readonly number[]) => set.every((a) => set.every((b) => !before[a]?.has(b)));
  let best = 0;
  for (let mask = 0; mask < 2 ** weights.length; mask += 1) {
    const set = weights.flatMap((_, at) => ((mask >> at) & 1 ? [at] : []));
    if (free(set))
      best = Math.max(
        best,
        set.reduce((sum, at) => sum + (weights[at] ?? 0), 0),
      );
  }
  return best;
}
