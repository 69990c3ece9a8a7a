// The manifests in real engines: what `compile` prints is what runs.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CollectedRun } from "../../entrypoint/protocol/index.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman, within } from "./_engines.ts";

const task = (name: string, steps: string, more = "") => `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: ${name} }
spec:
  workspaces: [{ name: data }]
${more}  steps:
${steps}`;

const PIPELINE = `${task(
  "clone",
  `    - name: clone
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        set -eu
        echo source > $(workspaces.data.path)/source
        echo -n abc123 > $(results.commit.path)
        head -c 20000 /dev/zero | tr '\\0' x > $(results.large.path)
        touch /tekton/run/1/out 2>/dev/null && exit 99
        echo "cloned as $(id -u)"
`,
  "  results: [{ name: commit }, { name: large }]\n",
)}---${task(
  "build",
  `    - name: compile
      image: ${IMAGES.busybox}
      securityContext: { runAsUser: 1234 }
      env: [{ name: COMMIT, value: $(params.commit) }, { name: WHO, value: me }]
      script: |
        #!/bin/sh
        echo "built $COMMIT with $(cat $(workspaces.data.path)/source) as $(id -u), \\$1"
        exit $(params.code)
    - name: publish
      image: ${IMAGES.busybox}
      command: [/bin/echo]
      args: ["$(params.commit) by $(WHO) for $$5 'quoted\\"'"]
      env: [{ name: WHO, value: me }]
`,
  '  params: [{ name: commit }, { name: code, default: "0" }]\n',
)}---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: demo }
spec:
  params: [{ name: code, default: "0" }]
  workspaces: [{ name: shared }]
  tasks:
    - { name: clone, taskRef: { name: clone }, workspaces: [{ name: data, workspace: shared }] }
    - name: build
      taskRef: { name: build }
      workspaces: [{ name: data, workspace: shared }]
      params: [{ name: commit, value: $(tasks.clone.results.commit) }, { name: code, value: $(params.code) }]
`;

async function manifest(to: string, ...more: readonly string[]): Promise<string> {
  const words = ["compile", "p.yaml", "--target", "demo", "-w", "name=shared,emptyDir=", "--to", to];
  const image = ["--entrypoint-image", IMAGES.entrypoint];
  const { code, stdout, stderr } = await folder({ "p.yaml": PIPELINE }).baton(...words, ...image, ...more);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
}

const LOGS = {
  "step-clone-clone": "cloned as 0",
  "step-build-compile": "built abc123 with source as 1234, $1",
  "step-build-publish": `abc123 by me for $5 'quoted"'`,
};

function expectWell(run: CollectedRun): void {
  expect(run.steps.map(({ step, state }) => [step, state])).toEqual(
    Object.keys(LOGS).map((step) => [step, "succeeded"]),
  );
  expect(run.results["clone"]?.["commit"]).toBe("abc123");
  expect(run.results["clone"]?.["large"]).toHaveLength(20_000);
}

describe("podman", () => {
  let podman: Engine;
  beforeAll(() => {
    podman = startPodman();
  });
  afterEach(() => podman.run(["pod", "rm", "--all", "--force", "--time", "0"]));
  afterAll(() => podman.stop());

  const play = (yaml: string) => {
    const { code, stderr } = podman.run(["kube", "play", "--network", "host", "-"], yaml);
    expect(code, stderr).toBe(0);
    const exitCode = Number(podman.run(["wait", "demo-result"]).stdout);
    const log = (container: string) => podman.run(["logs", `demo-${container}`]).stdout.trim();
    return { exitCode, log };
  };

  test("plays the Pod of a fused Pipeline", async () => {
    const yaml = await manifest("podman");
    const { exitCode, log } = play(yaml);
    expect(exitCode).toBe(0);
    expectWell(JSON.parse(log("result")));
    for (const [step, text] of Object.entries(LOGS)) expect(log(step)).toBe(text);
  });

  test("ends with the exit code of the step that failed", async () => {
    const yaml = await manifest("podman", "-p", "code=7");
    const { exitCode, log } = play(yaml);
    expect(exitCode).toBe(7);
    const { steps } = JSON.parse(log("result")) as CollectedRun;
    expect(steps.map(({ state }) => state)).toEqual(["succeeded", "failed", "skipped"]);
  });
});

describe("docker compose", () => {
  let docker: Engine;
  beforeAll(async () => {
    docker = await startDocker();
  });
  afterAll(() => docker?.stop());

  const compose = (yaml: string, ...words: readonly string[]) =>
    docker.run(["compose", "-f", "-", ...words], yaml);
  const up = (yaml: string) => compose(yaml, "up", "--no-color", "--exit-code-from", "result");
  const recordIn = (stdout: string): CollectedRun =>
    JSON.parse(/result-1 +\| (\{.*\})$/m.exec(stdout)?.[1] ?? "");

  test("ends as the run does, by hand", async () => {
    const yaml = await manifest("compose", "--network", "none");
    const { code, stdout } = up(yaml);
    expect(code).toBe(0);
    expectWell(recordIn(stdout));
    for (const [step, text] of Object.entries(LOGS)) expect(stdout).toMatch(lineOf(step, text));
    compose(yaml, "down", "--volumes");
    expect(docker.run(["volume", "ls", "-q"]).stdout).toBe("");
  });

  test("ends with the exit code of the step that failed", async () => {
    const yaml = await manifest("compose", "--network", "none", "-p", "code=7");
    const { code, stdout } = up(yaml);
    expect(code).toBe(7);
    expect(recordIn(stdout).steps.map(({ state }) => state)).toEqual(["succeeded", "failed", "skipped"]);
    compose(yaml, "down", "--volumes");
  });

  test("a killed container is a lost step, and nothing hangs", async () => {
    const yaml = (await manifest("compose", "--network", "none"))
      .replace("- /bin/echo", "- /bin/sleep")
      .replace(/- \$\$\(tasks.clone.results.commit\) by .*/, '- "1000"');
    const started = compose(yaml, "up", "--detach");
    expect(started.code).toBe(0);
    const alive = ["exec", "demo-step-build-compile-1", "/bin/test", "-S", "/tekton/run/2/out.alive"];
    await within("its entrypoint is up", () => docker.run(alive).code === 0);
    docker.run(["kill", "demo-step-build-publish-1"]);
    const code = Number(docker.run(["wait", "demo-result-1"]).stdout);
    expect(code).toBe(1);
    const { steps } = recordIn(compose(yaml, "logs", "--no-color", "result").stdout);
    expect(steps.at(-1)?.state).toBe("lost");
    compose(yaml, "down", "--volumes");
  });
});

const lineOf = (step: string, text: string): RegExp =>
  new RegExp(`${step}-1 +\\| ${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`, "m");
