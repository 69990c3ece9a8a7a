// Artifacts from Task to Task, as processes and in podman's containers: verified before use, recorded with their digest.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";
import { type Engine, IMAGES, startPodman } from "./_engines.ts";

afterEach(() => vi.unstubAllEnvs());

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const step = (name: string, script: string, artifacts: string) => `
    - name: ${name}
      image: ${IMAGES.busybox}
      script: |
${script.replace(/^/gm, "        ")}
      artifacts: {${artifacts}}`;

/** `tamper`: what a step between build and publish does to the data. */
const pipeline = (tamper: string) => `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: build}
spec:
  workspaces: [{name: data}]
  steps:${step("make", "mkdir -p $(outputs.site.path)\nprintf hi > $(outputs.site.path)/index.html", "outputs: [{name: site, path: $(workspaces.data.path)/site}]")}${step("pack", "cat $(inputs.site.path)/* > $(outputs.packed.path)", "inputs: [{name: site, from: $(steps.make.outputs.site)}], outputs: [{name: packed, path: $(workspaces.data.path)/packed, buildOutput: true}]")}
---
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: publish}
spec:
  params: [{name: digest}]
  workspaces: [{name: data}]
  results: [{name: said}]
  steps:${step("push", 'echo pushing\nprintf %s "$DIGEST" > $(results.said.path)', "inputs: [{name: product, path: $(workspaces.data.path)/packed}, {name: site, path: $(workspaces.data.path)/site}]")}
      env: [{name: DIGEST, value: $(params.digest)}]
---
apiVersion: baton.run/v1alpha1
kind: Pipeline
metadata: {name: ship}
spec:
  workspaces: [{name: data}]
  results: [{name: said, value: $(tasks.publish.results.said)}]
  tasks:
    - name: build
      taskRef: {name: build}
      workspaces: [{name: data}]
    - name: between
      runAfter: [build]
      workspaces: [{name: data}]
      taskSpec:
        steps: [{image: ${IMAGES.busybox}, workingDir: $(workspaces.data.path), script: "${tamper}"}]
    - name: publish
      runAfter: [between]
      taskRef: {name: publish}
      workspaces: [{name: data}]
      params: [{name: digest, value: $(tasks.build.outputs.packed.digest)}]
      artifacts:
        inputs:
          - {name: product, from: $(tasks.build.outputs.packed)}
          - {name: site, from: $(tasks.build.outputs.site)}
`;

let podman: Engine;
beforeAll(() => {
  podman = startPodman();
});
afterAll(() => podman.stop());

describe.each([
  ["processes", [], undefined],
  ["processes without private paths", [], "none"],
  ["podman", ["--on", "podman", "--network", "none"], undefined],
])("as %s", (how, words, sandbox) => {
  const record = async (tamper: string): Promise<RunRecord> => {
    vi.stubEnv("BATON_SANDBOX", sandbox);
    const { record: run } = folder(
      { "ship.yaml": pipeline(tamper) },
      how === "podman" ? podman.environment : {},
    );
    return run("ship.yaml", "-w", "name=data,emptyDir=", ...words);
  };

  test("what one Task leaves is verified where another uses it, and recorded", async () => {
    const ended = await record("true");
    expect(ended).toMatchObject({ state: "succeeded", exitCode: 0 });
    const line = `${sha256("hi")}  index.html\n`;
    expect(ended.artifacts.map(({ uri: _uri, ...artifact }) => artifact)).toEqual([
      { name: "site", step: "step-build-make", digest: { dirHash: sha256(line) }, size: 2 },
      {
        name: "packed",
        step: "step-build-pack",
        digest: { sha256: sha256("hi") },
        size: 2,
        buildOutput: true,
      },
    ]);
    expect(ended.artifacts[1]?.uri).toMatch(/^file:\/\/\/.*\/packed$/);
    expect(ended.steps.at(-1)?.artifacts?.inputs?.map(({ name, size }) => [name, size])).toEqual([
      ["product", 2],
      ["site", 2],
    ]);
    expect(ended.results).toEqual([{ name: "said", value: `sha256:${sha256("hi")}` }]);
  });

  test.each([
    [
      "a file",
      "printf ho > packed",
      'artifact "product" (packed of step-build-pack) has changed: its sha256 is',
    ],
    [
      "files of a folder",
      "echo > site/more; rm site/index.html",
      'artifact "site" of step-build-make has changed: removed index.html, added more',
    ],
  ])(
    "tampering with %s in between fails the run before the command, and names it",
    async (_what, tamper, message) => {
      const ended = await record(tamper);
      expect(ended).toMatchObject({ state: "failed", exitCode: 125 });
      expect(ended.message).toContain(message);
      expect(ended.steps.at(-1)).toMatchObject({ state: "setupFailed", reason: "ArtifactChanged" });
      expect(ended.results).toEqual([]);
    },
  );
});

test("what a matrix made, and what was tampered with after it, is held to what was left before the run was planned again", async () => {
  const use = "[{name: site, path: $(workspaces.data.path)/site}]";
  const { record } = folder({
    "rounds.yaml": `
apiVersion: baton.run/v1alpha1
kind: Pipeline
metadata: {name: rounds}
spec:
  workspaces: [{name: data}]
  tasks:
    - name: make
      workspaces: [{name: data}]
      taskSpec:
        results: [{name: list, type: array}]
        steps:
          - name: make
            script: |
              mkdir $(outputs.site.path); printf hi > $(outputs.site.path)/file
              printf '["a","b"]' > $(results.list.path)
            artifacts: {outputs: ${use}}
    - name: use
      workspaces: [{name: data}]
      matrix: {params: [{name: one, value: "$(tasks.make.results.list[*])"}]}
      artifacts: {inputs: [{name: site, from: $(tasks.make.outputs.site)}]}
      taskSpec:
        params: [{name: one}]
        steps: [{name: use, script: "true", artifacts: {inputs: ${use}}}]
    - name: tamper
      runAfter: [use]
      workspaces: [{name: data}]
      taskSpec: {steps: [{name: tamper, script: rm $(workspaces.data.path)/site/file}]}
  finally:
    - name: check
      workspaces: [{name: data}]
      artifacts: {inputs: [{name: site, from: $(tasks.make.outputs.site)}]}
      taskSpec: {steps: [{name: check, script: "true", artifacts: {inputs: ${use}}}]}
`,
  });
  const { tasks, steps } = await record("rounds.yaml", "-w", "name=data,emptyDir=");
  expect(tasks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "make succeeded",
    "use-0 succeeded",
    "use-1 succeeded",
    "tamper succeeded",
    "check setupFailed",
  ]);
  expect(steps.at(-1)?.reason).toBe("ArtifactChanged");
});

test("a checkout is known by its commit; the end of a run shows what was left", async () => {
  const { path, baton } = folder({
    "task.yaml": `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: clone}
spec:
  workspaces: [{name: repository, readOnly: true}, {name: output}]
  steps:
    - name: clone
      env: [{name: FROM, value: $(workspaces.repository.path)}]
      script: |
        git clone --quiet "$FROM" $(outputs.source.path)
        git -C $(outputs.source.path) remote set-url origin https://user:secret@example.com/r.git
      artifacts: {outputs: [{name: source, path: $(workspaces.output.path)/source}]}
`,
  });
  execFileSync("git", ["init", "--quiet", "repository"], { cwd: path });
  writeFileSync(join(path, "repository/file"), "1");
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", "repository", "-c", "user.name=n", "-c", "user.email=e@e", ...words], {
      cwd: path,
      encoding: "utf8",
    }).trim();
  git("add", "file");
  git("commit", "--quiet", "-m", "m");
  const commit = git("rev-parse", "HEAD");
  const { stdout, code } = await baton(
    ...["run", "task.yaml", "-w", "name=repository,path=repository", "-w", "name=output,emptyDir="],
  );
  expect(code).toBe(0);
  const dirHash = sha256(`${sha256("1")}  file\n`).slice(0, 12);
  expect(stdout).toContain(
    `\nartifacts\n  source  dirHash:${dirHash}  1 B  git+https://example.com/r.git@${commit}\n`,
  );
});
