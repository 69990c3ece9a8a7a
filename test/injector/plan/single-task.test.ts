// One Task: its steps one after the other, its private directories, scripts and flags.
import { describe, expect, test } from "vitest";
import { scriptText } from "../../../injector/plan/fuse/layout.ts";
import { edgesOf, fileOf, onlyPlan, runOf, stepOf, taskOf } from "./_runs.ts";

const built = onlyPlan(
  runOf(
    [
      taskOf(
        "make",
        [
          {
            name: "clone",
            image: "git",
            command: ["git"],
            args: ["clone", "$(params.url)", "$(workspaces.source.path)"],
          },
          {
            image: "sh",
            script: "echo $(params.url) > $(results.said.path)",
            workingDir: "$(workspaces.source.path)/sub",
          },
        ],
        {
          params: { url: "https://x.example/repo" },
          workspaces: [{ name: "source", workspace: "shared" }],
          results: [{ name: "said" }],
          stepTemplate: { env: [{ name: "LANG", value: "C" }] },
        },
      ),
    ],
    { workspaces: { shared: { name: "shared", emptyDir: {} } } },
  ),
);

describe("a Task with two steps", () => {
  test("each waits for the one before", () => {
    expect(edgesOf(built)).toEqual(["step-clone → step-unnamed-1"]);
    expect(stepOf(built, "step-unnamed-1").flags).toMatchObject({
      wait_file: ["/tekton/run/0/out"],
      post_file: "/tekton/run/1/out",
      step_metadata_dir: "/tekton/run/1/status",
      step_name: "step-unnamed-1",
      results: ["said"],
    });
    expect(stepOf(built, "step-clone").flags.wait_file).toBeUndefined();
  });

  test("params and paths are replaced in arguments and scripts", () => {
    expect(stepOf(built, "step-clone").args).toEqual([
      "clone",
      "https://x.example/repo",
      "/workspace/source",
    ]);
    expect(fileOf(built, "script-1")).toBe(
      "#!/bin/sh\nset -e\necho https://x.example/repo > /tekton/results/said",
    );
    expect(stepOf(built, "step-unnamed-1").command).toEqual(["/tekton/scripts/script-1"]);
  });

  test("a step can write its own run directory and no other's", () => {
    const mounts = stepOf(built, "step-clone").mounts.filter(({ path }) => path.startsWith("/tekton/run"));
    expect(mounts).toEqual([
      { volume: "tekton-internal-run", path: "/tekton/run", readOnly: true },
      { volume: "tekton-internal-run", subPath: "0", path: "/tekton/run/0", readOnly: false },
    ]);
  });

  test("the workspace is a volume; the working directory in it is made at the step's turn", () => {
    expect(built.volumes).toContainEqual({ name: "ws-shared", source: { kind: "empty" } });
    expect(stepOf(built, "step-clone").mounts).toContainEqual({
      volume: "ws-shared",
      path: "/workspace/source",
      readOnly: false,
    });
    expect(stepOf(built, "step-unnamed-1").flags.working_dir).toBe("/workspace/source/sub");
    expect(built.layout.mounts.map(({ volume }) => volume)).not.toContain("ws-shared");
  });

  test("steps are linked by name and by number", () => {
    expect(built.layout.layout.links).toEqual(
      [
        ["step-clone", 0],
        ["0", 0],
        ["step-unnamed-1", 1],
        ["1", 1],
      ].map(([link, at]) => ({
        path: `/tekton/volumes/tekton-internal-steps/${link}`,
        target: `/tekton/run/${at}/status`,
      })),
    );
  });

  test("the stepTemplate is under every step", () => {
    for (const step of built.steps) expect(step.env).toEqual([{ name: "LANG", value: "C" }]);
  });
});

test("without mounts every path is a real directory below the root", () => {
  const run = runOf(
    [
      taskOf("t", [{ name: "s", script: "ls $(workspaces.in.path) $(results.r.path)" }], {
        workspaces: [{ name: "in", subPath: "deep" }],
        results: [{ name: "r" }],
      }),
    ],
    { workspaces: { in: { name: "in", folder: "/home/me/in" } } },
  );
  const plan = onlyPlan(run, { root: "/tmp/run" });
  expect(fileOf(plan, "script-0")).toContain(
    "ls /home/me/in/deep /tmp/run/volumes/tekton-internal-results/r",
  );
  const step = stepOf(plan, "step-s");
  expect(step.command).toEqual(["/tmp/run/volumes/tekton-internal-scripts/script-0"]);
  expect(step.flags.post_file).toBe("/tmp/run/volumes/tekton-internal-run/0/out");
  expect(step.flags.results_dir).toBe("/tmp/run/volumes/tekton-internal-results");
  expect(step.env).toEqual([{ name: "HOME", value: "/tmp/run/volumes/tekton-internal-home" }]);
  expect(JSON.stringify(plan)).not.toContain('"/tekton/');
});

test("the interpreter line is the script's own where it has one", () => {
  expect(scriptText("#!/usr/bin/env python3\nprint(1)")).toBe("#!/usr/bin/env python3\nprint(1)");
  expect(scriptText("\n \n\t#!/bin/bash\n\nx")).toBe("#!/bin/bash\n\nx");
  expect(scriptText("\n# no\n#!/bin/bash\n")).toBe("#!/bin/sh\nset -e\n\n# no\n#!/bin/bash\n");
  expect(() => scriptText("\n#!win powershell\ndir")).toThrow("cannot be run");
});

test("many containers share the pod's termination budget", () => {
  const steps = Array.from({ length: 9 }, (_, at) => ({ name: `s${at}`, command: ["true"] }));
  expect(onlyPlan(runOf([taskOf("t", steps)])).steps[0]?.flags.termination_budget).toBe(1228);
  expect(
    onlyPlan(runOf([taskOf("t", steps.slice(0, 2))])).steps[0]?.flags.termination_budget,
  ).toBeUndefined();
});
