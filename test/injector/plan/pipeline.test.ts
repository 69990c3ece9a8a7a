// A Pipeline in one pod: who waits for whom, and what each Task sees of the others.
import { describe, expect, test } from "vitest";
import { plan } from "../../../injector/plan/index.ts";
import { explain } from "../../../injector/plan/model/notes.ts";
import { edgesOf, fileOf, onlyPlan, runOf, stepOf, taskOf } from "./_runs.ts";

const one = (name: string, over: Parameters<typeof taskOf>[2] = {}, args: readonly string[] = []) =>
  taskOf(name, [{ name: "s", command: ["true"], args }], over);
const results = [{ name: "digest" }];

test("independent Tasks run side by side, others after what they name", () => {
  const plan = onlyPlan(
    runOf([
      one("c", { runAfter: ["a"], params: { d: "$(tasks.b.results.digest)" } }),
      one("a"),
      one("b", { results }),
    ]),
  );
  expect(edgesOf(plan)).toEqual(["step-a-s → step-c-s", "step-b-s → step-c-s"]);
  expect(plan.steps.map((step) => step.index)).toEqual([0, 1, 2]);
  expect(plan.tasks.map((task) => task.name)).toEqual(["a", "b", "c"]);
});

describe("a result handed to another Task", () => {
  const build = taskOf("build", [{ name: "push", script: "echo" }], { results });
  const deploy = taskOf(
    "deploy",
    [
      { name: "check", command: ["check"], args: ["$(params.image)"] },
      { name: "apply", script: "kubectl set image $(params.image)" },
      { name: "note", command: ["true"] },
    ],
    { params: { image: "app@$(tasks.build.results.digest)" } },
  );
  const plan = onlyPlan(runOf([build, deploy]));
  const refs = {
    build: { results: "/tekton/tasks/build/results", posts: ["/tekton/run/0/out"] },
  };

  test("is left for the entrypoint, which is told where it is", () => {
    const step = stepOf(plan, "step-deploy-check");
    expect(step.args).toEqual(["app@$(tasks.build.results.digest)"]);
    expect(JSON.parse(step.flags.task_refs ?? "")).toEqual(refs);
    expect(step.mounts).toContainEqual({
      volume: "tekton-internal-results",
      subPath: "build",
      path: "/tekton/tasks/build/results",
      readOnly: true,
    });
  });

  test("in a script is replaced in a private copy when the step starts", () => {
    const step = stepOf(plan, "step-deploy-apply");
    expect(fileOf(plan, "deploy/script-1")).toContain("image app@$(tasks.build.results.digest)");
    expect(step.flags.script).toBe("/tekton/scripts/script-1");
    expect(stepOf(plan, "step-build-push").flags.script).toBeUndefined();
  });

  test("guards the whole Task, by its first step", () => {
    const guard = [{ input: "$(tasks.build.results.digest)", operator: "notin", values: [] }];
    expect(JSON.parse(stepOf(plan, "step-deploy-check").flags.task_when ?? "")).toEqual(guard);
    expect(stepOf(plan, "step-deploy-apply").flags.task_when).toBeUndefined();
    expect(stepOf(plan, "step-deploy-note").flags.task_refs).toBeUndefined();
  });

  test("is seen by nobody who does not ask for it", () => {
    for (const id of ["step-build-push", "step-deploy-note"])
      expect(stepOf(plan, id).mounts.filter(({ path }) => path.startsWith("/tekton/tasks"))).toEqual([]);
  });
});

test("a Task result that is a step's is found where the step wrote it", () => {
  const build = taskOf("build", [{ name: "push", command: ["true"], results: [{ name: "sha" }] }], {
    results: [{ name: "digest", value: "$(steps.push.results.sha)" }],
  });
  const plan = onlyPlan(
    runOf([build, one("use", { params: { d: "$(tasks.build.results.digest)" } }, ["$(params.d)"])]),
  );
  expect(JSON.parse(stepOf(plan, "step-use-s").flags.task_refs ?? "")["build"].files).toEqual({
    digest: "/tekton/run/0/status/results/sha",
  });
  expect(plan.tasks[0]?.results).toEqual([
    { name: "digest", type: "string", from: { volume: "tekton-internal-run", path: "0/status/results/sha" } },
  ]);
  expect(stepOf(plan, "step-build-push").flags).toMatchObject({ step_results: ["sha"] });
  expect(stepOf(plan, "step-build-push").flags.results).toBeUndefined();
});

describe("finally", () => {
  const after = (name: string, ...runAfter: string[]) => one(name, { runAfter });
  const clean = one("clean", {}, ["$(tasks.status)", "$(tasks.b.status)", "$(tasks.a.results.digest)"]);
  const plan = onlyPlan(
    runOf([one("a", { results }), after("b", "a"), after("c", "a"), after("d", "b", "c")], {
      finally: [clean],
    }),
  );

  test("waits until every step has settled, whatever happened to it", () => {
    // b and c are listed too: d ends at once when one of them fails, while the other may still run.
    expect(edgesOf(plan).filter((edge) => edge.endsWith("clean-s"))).toEqual([
      "step-b-s ⇢ step-clean-s",
      "step-c-s ⇢ step-clean-s",
      "step-d-s ⇢ step-clean-s",
    ]);
  });

  test("knows statuses, and is skipped where a result is missing", () => {
    const refs = JSON.parse(stepOf(plan, "step-clean-s").flags.task_refs ?? "");
    expect(refs[""].posts).toHaveLength(4);
    expect(refs["b"].posts).toEqual(["/tekton/run/1/out"]);
    expect(refs["a"].missing).toBe("skip");
  });
});

describe("a Task with onError: continue", () => {
  const plan = onlyPlan(
    runOf([one("a"), one("b", { runAfter: ["a"], onError: "continue" }), one("c", { runAfter: ["b"] })]),
  );
  test("does not stop those after it, but what stopped it does", () => {
    expect(edgesOf(plan)).toEqual(["step-a-s → step-b-s", "step-b-s ⇢ step-c-s", "step-a-s → step-c-s"]);
    expect(plan.tasks.map((task) => task.tolerated)).toEqual([false, true, false]);
  });
});

test("retries and timeouts of a Task are told to all its steps", () => {
  const steps = [
    { name: "a", command: ["true"], timeout: "90s", onError: "continue" },
    { name: "b", command: ["true"] },
  ];
  const plan = onlyPlan(
    runOf([taskOf("t", steps, { retries: 2, timeout: 60_000 }), one("u")], {
      timeouts: { run: 3_600_000, tasks: 1_800_000 },
    }),
  );
  for (const id of ["step-t-a", "step-t-b"])
    expect(stepOf(plan, id).flags).toMatchObject({
      task_retries: 2,
      task_end: "/tekton/run/1/out",
      task_timeout: 60_000,
      task_start: "/tekton/run/0/out",
      run_timeout: 1_800_000,
    });
  expect(stepOf(plan, "step-t-a").flags).toMatchObject({ timeout: 90_000, on_error: "continue" });
  expect(stepOf(plan, "step-u-s").flags.task_retries).toBeUndefined();
});

describe("a matrix", () => {
  const build = one(
    "build",
    {
      params: { tag: "v1" },
      results,
      matrix: {
        params: [
          { name: "os", value: ["linux", "mac"] },
          { name: "arch", value: ["amd64", "arm64"] },
        ],
        include: [
          {
            name: "extra",
            params: [
              { name: "os", value: "plan9" },
              { name: "arch", value: "none" },
            ],
          },
          {
            name: "signed",
            params: [
              { name: "os", value: "mac" },
              { name: "tag", value: "signed" },
            ],
          },
        ],
      },
    },
    ["$(params.os)", "$(params.arch)", "$(params.tag)"],
  );
  const plan = onlyPlan(
    runOf(
      [
        build,
        one(
          "list",
          { params: { all: "$(tasks.build.results.digest[*])", n: "$(tasks.build.matrix.length)" } },
          ["$(params.n)", "$(params.all[*])"],
        ),
      ],
      { results: [{ name: "all", type: "array", value: "$(tasks.build.results.digest[*])" }] },
    ),
  );

  test("is a Task for each combination", () => {
    expect(plan.steps.filter(({ task }) => task.startsWith("build")).map((step) => step.args)).toEqual([
      ["linux", "amd64", "v1"],
      ["mac", "amd64", "signed"],
      ["linux", "arm64", "v1"],
      ["mac", "arm64", "signed"],
      ["plan9", "none", "v1"],
    ]);
  });

  test("is called by its values, or by what `include` calls it alone", () => {
    expect(plan.tasks.flatMap(({ label = [] }) => label)).toEqual([
      "build[os=linux,arch=amd64]",
      "build[os=mac,arch=amd64,tag=signed]",
      "build[os=linux,arch=arm64]",
      "build[os=mac,arch=arm64,tag=signed]",
      "build[extra]",
    ]);
    expect(stepOf(plan, "step-build-4-s").label).toBe("build[extra]-s");
    expect(stepOf(plan, "step-list-s").label).toBeUndefined();
  });

  test("its results are an array, in its order", () => {
    const each = [0, 1, 2, 3, 4].map((at) => `$(tasks.build-${at}.results.digest)`);
    expect(stepOf(plan, "step-list-s").args).toEqual(["5", ...each]);
    expect(plan.results).toEqual([{ name: "all", type: "array", value: each }]);
    expect(stepOf(plan, "step-list-s").needs).toHaveLength(5);
  });
});

test("values of a matrix are told in one short line, and no two of its Tasks alike", () => {
  const x = ["a\n\u001b[31mb\u202e", "$(x)", `${"y".repeat(99)}1`, `${"y".repeat(99)}2`];
  const inner = taskOf("in", [{ name: "i", command: ["true"] }]);
  const each = taskOf("each", [{ kind: "task", name: "in", task: inner }], {
    matrix: { params: [{ name: "x", value: x }] },
  });
  const { tasks, steps } = onlyPlan(runOf([each]));
  const cut = `${"y".repeat(31)}…`;
  expect(tasks.filter(({ name }) => !name.includes(".")).map(({ label }) => label)).toEqual([
    "each[x=a [31mb]",
    "each[x=$(x)]",
    `each-2[x=${cut}]`,
    `each-3[x=${cut}]`,
  ]);
  expect(steps[1]?.label).toBe("each[x=$(x)].in-i");
});

test("how many Tasks of a matrix left a result is left for the entrypoint, which is told where each would be", () => {
  const build = one("build", { results, matrix: { params: [{ name: "os", value: ["linux", "mac"] }] } });
  const count = one("count", { params: { n: "$(tasks.build.matrix.digest.length)" } }, ["$(params.n)"]);
  const step = stepOf(onlyPlan(runOf([build, count])), "step-count-s");
  expect(step.args).toEqual(["$(tasks.build.matrix.digest.length)"]);
  const places = ["build-0", "build-1"].map((key) => `/tekton/tasks/${key}/results`);
  expect(JSON.parse(step.flags.task_refs ?? "").build.instances).toEqual(
    places.map((results) => ({ results })),
  );
  expect(step.mounts.map(({ path }) => path)).toEqual(expect.arrayContaining(places));
  expect(step.needs).toHaveLength(2);
});

test("artifacts that a Task does not declare are looked for in all that it can have written", () => {
  const read = one("read", {}, ["$(tasks.build.outputs.image)"]);
  const step = stepOf(onlyPlan(runOf([one("build"), read])), "step-read-s");
  expect(JSON.parse(step.flags.task_refs ?? "").build.provenance).toEqual([
    "/tekton/tasks/build/artifacts/provenance.json",
    "/tekton/run/0/status/artifacts/provenance.json",
  ]);
  expect(step.mounts.map(({ path }) => path)).toContain("/tekton/tasks/build/artifacts");
});

test("whose failure the Pipeline ignores is said to who asks for its reason", () => {
  const end = one("end", {}, ["$(tasks.build.reason)", "$(tasks.each.reason)"]);
  const each = one("each", { onError: "continue", matrix: { params: [{ name: "x", value: ["a"] }] } });
  const run = runOf([one("build", { onError: "continue" }), each], { finally: [end] });
  const refs = JSON.parse(stepOf(onlyPlan(run), "step-end-s").flags.task_refs ?? "");
  expect(refs).toMatchObject({ build: { tolerated: true }, each: { tolerated: true } });
});

describe("a matrix without combinations", () => {
  const run = runOf(
    [
      one("first"),
      one("none", { runAfter: ["first"], results, matrix: { params: [{ name: "x", value: [] }] } }),
      one("ordered", { runAfter: ["none"] }),
      one("fed", { params: { all: "$(tasks.none.results.digest[*])" } }),
      one("fed-again", { runAfter: ["fed"] }),
    ],
    { finally: [one("clean", {}, ["$(tasks.none.status)", "$(tasks.none.matrix.length)"])] },
  );
  const set = plan(run);

  test("is skipped, and so is what needs its results", () => {
    expect(set.skipped).toEqual([
      { task: "none", why: "its matrix has no combinations" },
      { task: "fed", why: "it needs results of none" },
    ]);
    expect(set.plans[0]?.steps.at(-1)?.args).toEqual(["None", "0"]);
    expect(explain(set)).toContain("none does not run: its matrix has no combinations");
  });

  test("leaves the order that goes through it", () => {
    const [only] = set.plans;
    expect(only && edgesOf(only)).toContain("step-first-s → step-ordered-s");
  });
});

describe("volumes", () => {
  const volumes = [{ name: "cache", emptyDir: {} }];
  const mounting = (name: string) => ({
    name: "s",
    command: ["true"],
    volumeMounts: [{ name, mountPath: "/m" }],
  });
  const mounted = (id: string, from: ReturnType<typeof onlyPlan>) =>
    stepOf(from, id).mounts.find(({ path }) => path === "/m")?.volume;

  test("of two Tasks never meet, nor those of workspaces and of the pod template", () => {
    const template = {
      labels: {},
      annotations: {},
      spec: {
        volumes: [
          { name: "shared", secret: { secretName: "s" } },
          { name: "other", emptyDir: {} },
        ],
      },
    };
    const workspaces = { My_Cache: { name: "My_Cache", emptyDir: {} } };
    const from = onlyPlan(
      runOf(
        [
          taskOf("a", [mounting("cache")], { volumes }),
          taskOf("b", [mounting("cache")], { volumes }),
          taskOf("c", [mounting("shared")], { workspaces: [{ name: "w", workspace: "My_Cache" }] }),
        ],
        { pod: template, workspaces },
      ),
    );
    expect(["a", "b", "c"].map((task) => mounted(`step-${task}-s`, from))).toEqual([
      "a-cache",
      "b-cache",
      "shared",
    ]);
    expect(from.volumes.map(({ name }) => name).filter((name) => !name.startsWith("tekton-"))).toEqual([
      "ws-my-cache",
      "shared",
      "a-cache",
      "b-cache",
    ]);
    expect(from.pod.spec).toEqual({ volumes: [{ name: "other", emptyDir: {} }] });
  });

  test("keep what only Kubernetes understands of a mount", () => {
    const mount = { name: "cache", mountPath: "/m", mountPropagation: "HostToContainer" };
    const from = onlyPlan(
      runOf([taskOf("a", [{ name: "s", command: ["true"], volumeMounts: [mount] }], { volumes })]),
    );
    expect(stepOf(from, "step-s").mounts[0]).toMatchObject({
      path: "/m",
      kubernetes: { mountPropagation: "HostToContainer" },
    });
  });
});

test("names stay within 63 characters, unique and the same each time", () => {
  const long = "a-very-long-name-of-a-task-that-somebody-thought-was-a-good-idea";
  const run = runOf([
    one(`${long}-1`),
    one(`${long}-2`),
    one("x-y"),
    taskOf("x", [{ name: "y-s", command: ["true"] }]),
  ]);
  const ids = onlyPlan(run).steps.map((step) => step.id);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  expect(onlyPlan(run).steps.map((step) => step.id)).toEqual(ids);
});
