// Tasks in a Task: unchanged Tasks as steps, at any depth, each with its own directories.
import { describe, expect, test } from "vitest";
import type { ResolvedStep, ResolvedTask } from "../../../injector/resolve/resolved.ts";
import { edgesOf, onlyPlan, runOf, stepOf, taskOf } from "./_runs.ts";

const inner = (name: string, task: ResolvedTask): ResolvedStep => ({ kind: "task", name, task });

const clone = taskOf(
  "clone",
  [{ name: "clone", script: "git clone $(params.url) $(workspaces.output.path)" }],
  {
    params: { url: "$(params.repo)" },
    workspaces: [{ name: "output", workspace: "shared" }],
    results: [{ name: "commit" }],
  },
);
const image = taskOf(
  "image",
  [
    { name: "build", image: "kaniko", args: ["--tag", "$(params.tag)", "$(workspaces.source.path)"] },
    { name: "push", command: ["push"], results: [{ name: "sha" }] },
  ],
  {
    params: { tag: "$(steps.clone.results.commit)-$(steps.name.results.name)" },
    workspaces: [{ name: "source", workspace: "shared", readOnly: true }],
    results: [{ name: "digest", value: "$(steps.push.results.sha)" }],
    sidecars: [{ name: "daemon", image: "dind", command: ["dockerd"] }],
    volumes: [{ name: "cache", emptyDir: {} }],
  },
);
const outer = taskOf(
  "release",
  [
    { name: "name", command: ["name"], results: [{ name: "name" }] },
    inner("clone", clone),
    inner("image", image),
    { name: "report", command: ["report"], args: ["$(steps.image.results.digest)"] },
  ],
  {
    params: { repo: "https://x.example/r" },
    workspaces: [{ name: "work", workspace: "shared" }],
    results: [{ name: "digest", value: "$(steps.image.results.digest)" }],
  },
);
const plan = onlyPlan(runOf([outer], { workspaces: { shared: { name: "shared", emptyDir: {} } } }));

test("its steps run in the place of the step that stands for it", () => {
  expect(edgesOf(plan)).toEqual([
    "step-name → step-clone-clone",
    "step-clone-clone → step-image-build",
    "step-image-build → step-image-push",
    "step-image-push → step-report",
  ]);
  expect(plan.tasks.map(({ name, steps }) => [name, steps])).toEqual([
    ["release", [0, 1, 2, 3, 4]],
    ["release.clone", [1]],
    ["release.image", [2, 3]],
  ]);
});

describe("each Task", () => {
  test("has its own directories", () => {
    const own = (id: string) =>
      stepOf(plan, id).mounts.find(({ path }) => path === "/tekton/results")?.subPath;
    expect([own("step-name"), own("step-clone-clone"), own("step-image-push")]).toEqual([
      "release",
      "release.clone",
      "release.image",
    ]);
  });

  test("gets the params and workspaces that are passed down", () => {
    const file = plan.layout.layout.files.find(({ path }) => path.includes("release.clone/script"));
    expect(Buffer.from(file?.base64 ?? "", "base64").toString()).toContain(
      "git clone https://x.example/r /workspace/output",
    );
    expect(stepOf(plan, "step-image-build").mounts).toContainEqual({
      volume: "ws-shared",
      path: "/workspace/source",
      readOnly: true,
    });
  });

  test("keeps its sidecars and volumes under names of its own", () => {
    expect(plan.sidecars.map(({ id, until }) => [id, until])).toEqual([["sidecar-image-daemon", [2, 3]]]);
  });
});

describe("results", () => {
  test("of an inner Task are a step's to the outer one", () => {
    const step = stepOf(plan, "step-report");
    expect(step.args).toEqual(["$(tasks['release.image'].results.digest)"]);
    expect(JSON.parse(step.flags.task_refs ?? "")["release.image"].files).toEqual({
      digest: "/tekton/run/3/status/results/sha",
    });
  });

  test("of the outer Task's steps still mean those within the inner one", () => {
    const step = stepOf(plan, "step-image-build");
    expect(step.args[1]).toBe(
      "$(tasks['release.clone'].results.commit)-$(tasks['release/steps/name'].results.name)",
    );
    expect(JSON.parse(step.flags.task_refs ?? "")["release/steps/name"]).toEqual({
      results: "/tekton/run/0/status/results",
      posts: ["/tekton/run/0/out"],
    });
  });

  test("may be lifted through any depth", () => {
    expect(plan.tasks[0]?.results[0]?.from).toEqual({
      volume: "tekton-internal-run",
      path: "3/status/results/sha",
    });
  });
});

test("the guard of the Task around is that of every step that comes first in a Task", () => {
  const when = [{ input: "$(tasks.a.results.go)", operator: "in" as const, values: ["yes"] }];
  const guarded = { ...outer, when };
  const first = taskOf("a", [{ name: "s", command: ["true"] }], { results: [{ name: "go" }] });
  const fused = onlyPlan(
    runOf([first, guarded], { workspaces: { shared: { name: "shared", emptyDir: {} } } }),
  );
  const carrying = fused.steps.filter((step) => step.flags.task_when?.includes("yes")).map((step) => step.id);
  expect(carrying).toEqual([
    "step-release-name",
    "step-release-clone-clone",
    "step-release-image-build",
    "step-release-report",
  ]);
});

test("needs and finally order the members of a Task as they order its steps", () => {
  const task = taskOf("t", [
    { name: "a", command: ["true"] },
    { ...inner("b", taskOf("b", [{ name: "x", command: ["true"] }])), needs: ["a"] },
    { name: "c", command: ["true"], needs: ["a"] },
    { name: "d", command: ["true"], needs: ["b", "c"] },
    { name: "e", command: ["true"], finally: true },
  ]);
  const after = taskOf("u", [{ name: "s", command: ["true"] }], { runAfter: ["t"] });
  expect(edgesOf(onlyPlan(runOf([task, after])))).toEqual([
    "step-t-a → step-t-b-x",
    "step-t-a → step-t-c",
    "step-t-b-x → step-t-d",
    "step-t-c → step-t-d",
    "step-t-b-x ⇢ step-t-e",
    "step-t-c ⇢ step-t-e",
    "step-t-d ⇢ step-t-e",
    "step-t-d → step-u-s",
    "step-t-e → step-u-s",
  ]);
});

test("a Task may clean up after the others, whatever became of them", () => {
  const cleaner = taskOf("cleaner", [
    { name: "x", command: ["true"] },
    { name: "y", command: ["true"] },
  ]);
  const task = taskOf(
    "t",
    [
      { name: "a", command: ["true"] },
      { ...inner("tidy", cleaner), finally: true },
      { name: "z", command: ["true"], finally: true },
    ],
    { retries: 1, timeout: 1000 },
  );
  const fused = onlyPlan(runOf([task]));
  expect(edgesOf(fused)).toEqual([
    "step-a ⇢ step-tidy-x",
    "step-tidy-x → step-tidy-y",
    "step-tidy-y ⇢ step-z",
  ]);
  expect(stepOf(fused, "step-a").flags).toMatchObject({ task_retries: 1, task_timeout: 1000 });
  for (const id of ["step-tidy-x", "step-z"]) {
    expect(stepOf(fused, id).flags.task_retries).toBeUndefined();
    expect(stepOf(fused, id).flags.task_timeout).toBeUndefined();
  }
});
