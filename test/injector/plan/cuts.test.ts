// A Pipeline that cannot be one pod: where it is cut, why, and what goes across.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { plan } from "../../../injector/plan/index.ts";
import { explain } from "../../../injector/plan/model/notes.ts";
import type { PlanOptions, PlanSet } from "../../../injector/plan/model/plan-set.ts";
import type { ResolvedRun } from "../../../injector/resolve/resolved.ts";
import { runOf, taskOf } from "./_runs.ts";

type Over = NonNullable<Parameters<typeof taskOf>[2]>;
const one = (name: string, over: Over = {}, args: readonly string[] = []) =>
  taskOf(name, [{ name: "s", image: "i", command: ["true"], args }], over);
const as = (serviceAccountName: string) => ({
  pod: { serviceAccountName, labels: {}, annotations: {}, spec: {} },
});
const results = [{ name: "r" }];
const parts = ({ plans }: PlanSet) => plans.map(({ tasks }) => tasks.map(({ name }) => name).join(" "));
const edges = ({ edges: all }: PlanSet) =>
  all.map(({ from, to, on }) => `${from} ${on === "settled" ? "⇢" : "→"} ${to}`);
const codes = (run: ResolvedRun, options: PlanOptions = {}) => {
  try {
    plan(run, options);
  } catch (error) {
    return (error as UserError).diagnostics.map(({ code }) => code);
  }
  return [];
};

describe("another service account", () => {
  const set = plan(
    runOf([
      one("build", { results }),
      one("deploy", { ...as("deployer"), params: { d: "$(tasks.build.results.r)" } }),
      one("tell", { runAfter: ["deploy"] }),
    ]),
  );
  test("is a pod of its own, and what comes after it another", () => {
    expect(parts(set)).toEqual(["build", "deploy", "tell"]);
    expect(set.plans.map(({ pod }) => pod.serviceAccountName)).toEqual([undefined, "deployer", undefined]);
    expect(edges(set)).toEqual(["run-build → run-deploy", "run-deploy → run-tell"]);
  });
  test("is explained in one sentence each", () => {
    expect(explain(set)).toEqual([
      "run-build: 1 step of build",
      "run-deploy: 1 step of deploy, after run-build",
      "run-tell: 1 step of tell, after run-deploy",
      "deploy is not in the pod of build: it runs as the service account deployer, not default",
      "tell is not in the pod of deploy: it runs as the service account default, not deployer",
    ]);
  });
  test("waits for what it needs from the other pod", () => {
    expect(set.plans[1]?.inputs).toEqual(["$(tasks.build.results.r)"]);
    expect(set.plans[0]?.inputs).toBeUndefined();
  });
  test("is nothing to processes of one machine", () => {
    const run = runOf([one("build"), one("deploy", as("deployer"))]);
    expect(plan(run, { on: "processes" }).plans).toHaveLength(1);
  });
});

describe("security contexts of pods", () => {
  const secured = (securityContext: Record<string, unknown>) => ({
    pod: { labels: {}, annotations: {}, spec: { securityContext } },
  });
  const contexts = ({ plans }: PlanSet) =>
    plans.map(({ pod, steps, sidecars }) => [
      pod.spec["securityContext"],
      ...[...steps, ...sidecars].map(({ container }) => container["securityContext"]),
    ]);
  const run = (...tasks: readonly Over[]) =>
    plan(
      runOf(tasks.map((over, at) => one(`t${at}`, { ...over, runAfter: at === 0 ? [] : [`t${at - 1}`] }))),
    );

  test("what a container can have goes to the Task's containers, and what all say alike stays", () => {
    const sidecars = [{ name: "db", image: "db", securityContext: { runAsUser: 7 } }];
    const set = run(
      secured({ runAsUser: 1, runAsNonRoot: true, fsGroup: 5 }),
      { ...secured({ runAsUser: 2, runAsNonRoot: true, fsGroup: 5 }), sidecars },
      secured({ runAsNonRoot: true, fsGroup: 5, seccompProfile: { type: "Unconfined" } }),
    );
    expect(contexts(set)).toEqual([
      [
        { runAsNonRoot: true, fsGroup: 5 },
        { runAsUser: 1 },
        { runAsUser: 2 },
        { seccompProfile: { type: "Unconfined" } },
        { runAsUser: 7 },
      ],
    ]);
  });

  test("Tasks that agree leave all of it to the pod", () => {
    const same = secured({ runAsUser: 1, fsGroup: 5 });
    expect(contexts(run(same, same))).toEqual([[{ runAsUser: 1, fsGroup: 5 }, undefined, undefined]]);
  });

  test.each(["fsGroup", "fsGroupChangePolicy", "supplementalGroups", "sysctls"])(
    "another %s is another pod",
    (field) => {
      const set = run({}, secured({ runAsUser: 1, [field]: 5 }));
      expect(contexts(set)).toEqual([
        [undefined, undefined],
        [{ runAsUser: 1, [field]: 5 }, undefined],
      ]);
      expect(set.notes[0]?.message).toBe(`t1 is not in the pod of t0: its pod has another ${field}`);
    },
  );
});

test("pods are used again where the graph allows it", () => {
  const set = plan(runOf([one("a"), one("b", as("x")), one("c"), one("d", { ...as("x"), runAfter: ["b"] })]));
  expect(parts(set)).toEqual(["a c", "b d"]);
  expect(edges(set)).toEqual([]);
});

test("a Task joins the pod that it shares data with", () => {
  const run = runOf(
    [
      one("a", { workspaces: [{ name: "w" }] }),
      one("b", { runAfter: ["a"], workspaces: [{ name: "w", readOnly: true }] }),
      one("c", { workspaces: [{ name: "v" }] }),
      one("d", { runAfter: ["c", "a"], workspaces: [{ name: "v", readOnly: true }] }),
    ],
    { workspaces: { w: { name: "w", emptyDir: {} }, v: { name: "v", emptyDir: {} } } },
  );
  expect(parts(plan(run, { maxPod: { steps: 2 } }))).toEqual(["a b", "c d"]);
});

test("an emptyDir cannot cross a cut: an error with a cure", () => {
  const run = runOf(
    [one("a", { workspaces: [{ name: "w" }] }), one("b", { ...as("x"), workspaces: [{ name: "w" }] })],
    { workspaces: { w: { name: "w", emptyDir: {} } } },
  );
  expect(codes(run)).toEqual(["workspace-cut"]);
  const claimed = { ...run, workspaces: { w: { name: "w", persistentVolumeClaim: { claimName: "c" } } } };
  expect(edges(plan(claimed))).toEqual(["run-a ⇢ run-b"]);
});

describe("an image that a result names", () => {
  const built = taskOf("use", [{ name: "s", image: "$(params.image)", command: ["true"] }], {
    params: { image: "$(tasks.build.results.r)" },
  });
  const run = runOf([one("build", { results }), built]);
  test("must be known before its pod starts", () => {
    const set = plan(run);
    expect(parts(set)).toEqual(["build", "use"]);
    expect(set.notes[0]?.message).toBe(
      "use is not in the pod of build: its image must be known before its pod starts",
    );
  });
  test("is put in when the other plan has run", () => {
    const set = plan(run, {
      done: { build: { status: "Succeeded", results: { r: "reg.example/app@sha256:1" } } },
    });
    expect(parts(set)).toEqual(["use"]);
    expect(set.plans[0]?.steps[0]?.image).toBe("reg.example/app@sha256:1");
    expect(set.plans[0]?.inputs).toBeUndefined();
  });
});

describe("a matrix fed by a result", () => {
  const run = runOf(
    [
      one("list", { results: [{ name: "all", type: "array" }] }),
      one("each", { results, matrix: { params: [{ name: "x", value: "$(tasks.list.results.all[*])" }] } }, [
        "$(params.x)",
      ]),
      one("sum", { params: { all: "$(tasks.each.results.r[*])" } }, ["$(params.all[*])"]),
      one("beside"),
    ],
    { finally: [one("clean")] },
  );
  const list = { status: "Succeeded", results: { all: ["a", "b"] } } as const;
  test("is planned when the result is known", () => {
    const first = plan(run);
    expect(parts(first)).toEqual(["list beside"]);
    expect(first.deferred.map(({ task }) => task)).toEqual(["each", "sum", "clean"]);
    const second = plan(run, { done: { list, beside: { status: "Succeeded", results: {} } } });
    expect(parts(second)).toEqual(["each-0 each-1 sum clean"]);
    expect(second.plans[0]?.steps.slice(0, 2).map(({ args }) => args)).toEqual([["a"], ["b"]]);
  });
  test("is not waited for any more when the Task that should give it has failed", () => {
    const set = plan(run, { done: { list: { status: "Failed", results: {} }, beside: list } });
    expect(set.deferred).toEqual([]);
    expect(set.skipped.map(({ task, why }) => `${task}: ${why}`)).toEqual([
      "each: there is no $(tasks.list.results.all[*])",
      "sum: it needs each",
    ]);
    expect(parts(set)).toEqual(["clean"]);
  });
  test("the results of what is done stand where they are asked for", () => {
    const done = {
      list,
      beside: { status: "Succeeded", results: {} },
      "each-0": { status: "Succeeded", results: { r: "1" } },
      "each-1": { status: "Succeeded", results: { r: "$(params.all[*])" } },
    } as const;
    // In Kubernetes' language of `$(VAR)`.
    expect(plan(run, { done }).plans[0]?.steps[0]?.args).toEqual(["1", "$$(params.all[*])"]);
  });
});

test("what needs a Task that failed does not run; finally does", () => {
  const run = runOf([one("a"), one("b", { runAfter: ["a"] }), one("c", { runAfter: ["b"] }), one("d")], {
    finally: [one("e", {}, ["$(tasks.a.status)", "$(tasks.status)"])],
  });
  const set = plan(run, { done: { a: { status: "Failed", results: {} } } });
  expect(set.skipped.map(({ task, why }) => `${task}: ${why}`)).toEqual(["b: a failed", "c: it needs b"]);
  expect(parts(set)).toEqual(["d e"]);
  expect(set.plans[0]?.steps.at(-1)?.args).toEqual(["Failed", "Failed"]);
});

test("finally is behind all pods", () => {
  const set = plan(runOf([one("a"), one("b", as("x"))], { finally: [one("z")] }));
  expect(parts(set)).toEqual(["a", "b", "z"]);
  expect(edges(set)).toEqual(["run-a ⇢ run-z", "run-b ⇢ run-z"]);
});

test("limits that cannot be met and retries within retries are refused", () => {
  const two = taskOf("two", [{ command: ["true"] }, { command: ["true"] }]);
  expect(codes(runOf([two]), { maxPod: { steps: 1 } })).toEqual(["max-pod-too-small"]);
  const inner = {
    kind: "task" as const,
    name: "in",
    task: taskOf("in", [{ command: ["true"] }], { retries: 1 }),
  };
  expect(codes(runOf([taskOf("out", [inner], { retries: 1 })]))).toEqual(["nested-retries"]);
});

test("whatever the graph: plans are in order, and every path between Tasks survives the cuts", () => {
  const shape = fc.record({
    account: fc.constantFrom("", "x", "y"),
    needs: fc.array(fc.nat(20), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(shape, { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 1, max: 5 }),
      (shapes, steps) => {
        const needsOf = (at: number) =>
          [...new Set(shapes[at]?.needs.filter((need) => need < at))].map((need) => `t${need}`);
        const tasks = shapes.map(({ account }, at) =>
          one(`t${at}`, { runAfter: needsOf(at), ...(account === "" ? {} : as(account)) }),
        );
        const set = plan(runOf(tasks), { maxPod: { steps } });
        const home = new Map(
          set.plans.flatMap((part, at) => part.tasks.map(({ name }) => [name, at] as const)),
        );
        const crossing = new Set(set.edges.map(({ from, to }) => `${from} ${to}`));
        for (const { from, to } of set.edges)
          expect(indexOfPlan(set, from)).toBeLessThan(indexOfPlan(set, to));
        for (const part of set.plans) expect(part.steps.length).toBeLessThanOrEqual(steps);
        expect(home.size).toBe(shapes.length);
        const pairs = shapes.flatMap((_, at) => needsOf(at).map((need) => [need, `t${at}`] as const));
        for (const [before, after] of pairs) {
          const [a, b] = [home.get(before) ?? -1, home.get(after) ?? -1];
          if (a !== b) expect(crossing).toContain(`${set.plans[a]?.name} ${set.plans[b]?.name}`);
          else expect(waits(set, a, before, after)).toBe(true);
        }
      },
    ),
  );
});

const indexOfPlan = ({ plans }: PlanSet, name: string) => plans.findIndex((one) => one.name === name);

function waits({ plans }: PlanSet, at: number, before: string, after: string): boolean {
  const steps = plans[at]?.steps ?? [];
  const step = steps.find(({ task }) => task === after);
  return step?.needs.some((need) => steps[need.step]?.task === before) === true;
}
