// What is compiled to a standard TaskRun does the same as what it was made of: Baton runs both.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunRecord } from "../../injector/record/record.ts";
import { folder } from "./_baton.ts";

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: ci}
spec:
  workspaces: [{name: data}]
  tasks:
    - name: make
      workspaces: [{name: out, workspace: data}]
      taskSpec:
        workspaces: [{name: out}]
        results: [{name: digest}, {name: parts, type: array}]
        steps:
          - name: write
            image: shell
            script: |
              printf 'made by %s' "$(basename /workspace/out)" > /workspace/out/file
              printf '["a","b c"]' > $(results.parts.path)
          - name: sum
            image: shell
            script: sha256sum < /workspace/out/file | cut -c 1-8 | tr -d '\\n' > $(results.digest.path)
    - name: check
      params:
        - {name: sum, value: "$(tasks.make.results.digest)"}
        - {name: parts, value: "$(tasks.make.results.parts[*])"}
      workspaces: [{name: in, workspace: data}]
      taskSpec:
        params: [{name: sum}, {name: parts, type: array}]
        workspaces: [{name: in}]
        results: [{name: digest}, {name: words}]
        steps:
          - name: count
            image: shell
            args: ["$(params.parts[*])"]
            script: |
              printf %s "$#:$2" > $(results.words.path)
          - name: compare
            image: shell
            script: |
              #!/bin/bash -eu
              cost='$$5'
              test "$(sha256sum < /workspace/in/file | cut -c 1-8)" = $(params.sum)
              printf %s "checked $(params.sum) $cost" > $(results.digest.path)
    - name: never
      when: [{input: "$(tasks.make.results.digest)", operator: in, values: [""]}]
      taskSpec:
        steps:
          - {name: fail, image: shell, script: exit 1}
  results:
    - {name: digest, value: "$(tasks.make.results.digest)"}
    - {name: checked, value: "$(tasks.check.results.digest)"}
    - {name: words, value: "$(tasks.check.results.words)"}
`;

const TASK_IN_TASK = `apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: outer}
spec:
  params: [{name: who, default: you}]
  results: [{name: told, value: "$(steps.inner.results.told)"}, {name: codes}]
  steps:
    - name: breaks
      image: shell
      onError: continue
      results: [{name: why}]
      script: printf because > $(step.results.why.path); exit 4
    - name: inner
      ref: {kind: Task, name: inner}
      params: [{name: who, value: "$(params.who)"}, {name: why, value: "$(steps.breaks.results.why)"}]
    - name: look
      image: shell
      env: [{name: TOLD, value: "$(steps.inner.results.told)"}]
      script: printf "$TOLD $(cat $(steps.step-breaks.exitCode.path))" > $(results.codes.path)
    - name: not-now
      image: shell
      when: [{input: "$(steps.breaks.results.why)", operator: in, values: [nothing]}]
      script: exit 9
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: inner}
spec:
  params: [{name: who}, {name: why}]
  results: [{name: told}]
  steps:
    - name: breaks
      image: shell
      env: [{name: WHO, value: "$(params.who) $(params.why)"}]
      script: |
        test ! -e /workspace/mine && echo $HOME > /workspace/mine
        printf "hello $WHO" > $(results.told.path)
`;

test("a fused TaskRun has the results of its Pipeline, and skips what it skips", async () => {
  const { original, lowered } = await both(PIPELINE, "-w", "name=data,emptyDir=");
  expect(original.results).toEqual([
    { name: "digest", value: expect.stringMatching(/^[0-9a-f]{8}$/) },
    { name: "checked", value: expect.stringMatching(/^checked [0-9a-f]{8} \$\$5$/) },
    { name: "words", value: "2:b c" },
  ]);
  expect(lowered.results).toEqual(original.results);
  expect(endings(lowered)).toEqual(endings(original));
});

test("so has that of a Task with Tasks in it", async () => {
  const { original, lowered } = await both(TASK_IN_TASK, "--target", "outer");
  const results = [
    { name: "told", value: "hello you because" },
    { name: "codes", value: "hello you because 4" },
  ];
  expect(original.tasks[0]?.results).toEqual(results);
  expect(lowered.tasks[0]?.results).toEqual(results);
  expect(endings(lowered)).toEqual(endings(original));
});

test("no image is asked for its command: Tekton does that itself", async () => {
  const yaml =
    "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: push}\nspec: {steps: [{image: registry.invalid/push, args: [a]}]}\n";
  const { baton } = folder({ "push.yaml": yaml });
  const compiled = await baton("compile", "push.yaml", "--to", "tekton");
  expect(compiled).toMatchObject({ code: 0, stderr: "" });
  expect(compiled.stdout).not.toContain("command");
  expect(await baton("compile", "push.yaml", "--to", "kubernetes")).toMatchObject({ code: 2 });
});

/** The records of a run and of the TaskRun that it compiles to. */
async function both(yaml: string, ...words: readonly string[]) {
  const { path, baton, record } = folder({ "run.yaml": yaml });
  const compiled = await baton("compile", "run.yaml", ...words, "--to", "tekton");
  expect(compiled).toMatchObject({ code: 0, stderr: "" });
  writeFileSync(join(path, "taskrun.yaml"), compiled.stdout);
  return { original: await record("run.yaml", ...words), lowered: await record("taskrun.yaml") };
}

const endings = ({ state, steps }: RunRecord) => [state, steps.map(({ step, state: of }) => [step, of])];
