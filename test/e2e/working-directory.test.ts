// A working directory below a workspace is there when its step's turn has come, and not before: an earlier Task can
// clone into the workspace itself, as it can where each Task has a pod of its own.

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

/** Bindings of workspaces, as a Pipeline has them, beside that of the data. */
const REPOSITORY = ", { name: repository, workspace: repository }";

const pipeline = (clone: string, image = "", more = "") => `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: demo }
spec:
  workspaces: [{ name: shared }, { name: repository, optional: true }]
  tasks:
    - name: clone
      workspaces: [{ name: source, workspace: shared }${more}]
      taskSpec:
        workspaces: [{ name: source }, { name: repository, optional: true }]
        steps:
          - name: clone
            ${image}
            workingDir: $(workspaces.source.path)
            script: |
              #!/bin/sh
              set -eu
              ${clone}
    - name: use
      runAfter: [clone]
      workspaces: [{ name: source, workspace: shared }]
      taskSpec:
        workspaces: [{ name: source }]
        results: [{ name: said }, { name: made }]
        steps:
          - name: cloned
            ${image}
            workingDir: $(workspaces.source.path)/sub
            script: |
              #!/bin/sh
              cat file > $(results.said.path)
          - name: new
            ${image}
            workingDir: $(workspaces.source.path)/sub/a/b
            script: |
              #!/bin/sh
              pwd > $(results.made.path)
              ls -ld . >> $(results.made.path)
`;

function expectUsed({ state, tasks }: RunRecord): void {
  expect(tasks.map((task) => [task.name, task.state])).toEqual([
    ["clone", "succeeded"],
    ["use", "succeeded"],
  ]);
  const [said, made] = tasks[1]?.results ?? [];
  expect(said?.value).toBe("cloned\n");
  expect(made?.value).toMatch(/\/sub\/a\/b\ndrwxr-xr-x/);
  expect(state).toBe("succeeded");
}

test.each(["namespaces", "none"])("git clones into the workspace itself (%s)", async (sandbox) => {
  const { path } = folder({ "repository/sub/file": "cloned\n" });
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-C", `${path}/repository`, "-c", "user.name=a", "-c", "user.email=a@b", ...words]);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  const clone = "git clone --quiet $(workspaces.repository.path) .";
  const files = folder({ "run.yaml": pipeline(clone, "", REPOSITORY) });
  const bound = ["-w", "name=shared,emptyDir=", "-w", `name=repository,path=${path}/repository`];
  const { stdout, stderr } = await files.start(["run", "run.yaml", ...bound, "-o", "json"], {
    environment: { BATON_SANDBOX: sandbox },
  }).ended;
  expect(stdout, stderr).not.toBe("");
  expectUsed(JSON.parse(stdout));
});

describe.each([
  { on: "podman", network: "host", open: async () => startPodman() },
  { on: "docker", network: "none", open: startDocker },
])("on $on", ({ on, network, open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  const run = (text: string) =>
    folder({ "run.yaml": text }).start(
      ["run", "run.yaml", "-w", "name=shared,emptyDir=", "--on", on, "--network", network, "-o", "json"],
      { environment: engine.environment },
    ).ended;

  // As git does: it refuses a directory that is not empty.
  const CLONE = `[ -z "$(ls -A .)" ]; mkdir sub; echo cloned > sub/file; chmod 777 sub`;
  const image = `image: "${IMAGES.busybox}"`;

  test("the first Task finds its workspace empty, the second what the first left, whoever they run as", async () => {
    const context = "securityContext: { runAsUser: 1234 }";
    const { stdout, stderr } = await run(pipeline(CLONE, `${image}\n            ${context}`));
    expect(stdout, stderr).not.toBe("");
    expectUsed(JSON.parse(stdout));
  });

  test("one that the step may not make keeps it from starting, in words", async () => {
    const locked = "mkdir sub; chmod 755 sub; echo cloned > sub/file";
    const text = pipeline(locked, image).replace(
      "          - name: new\n",
      "          - name: new\n            securityContext: { runAsUser: 1234 }\n",
    );
    const { stdout } = await run(text);
    const record = JSON.parse(stdout) as RunRecord;
    const last = record.steps.at(-1);
    expect(last).toMatchObject({ state: "failed", reason: "CannotPrepare", exitCode: 125 });
    expect(last?.message).toMatch(/sub\/a\/b cannot be entered: .*[Pp]ermission denied/);
  });
});
