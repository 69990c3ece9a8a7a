// What is compiled to a standard TaskRun does the same as what it was made of: Baton runs both.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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

test("a fused TaskRun has the results of its Pipeline, and skips what it skips", async () => {
  const { path, baton, record } = folder({ "ci.yaml": PIPELINE });
  const words = ["ci.yaml", "-w", "name=data,emptyDir="];
  const compiled = await baton("compile", ...words, "--to", "tekton");
  expect(compiled).toMatchObject({ code: 0, stderr: "" });
  writeFileSync(join(path, "taskrun.yaml"), compiled.stdout);
  const [original, lowered] = [await record(...words), await record("taskrun.yaml")];
  expect(original.results).toEqual([
    { name: "digest", value: expect.stringMatching(/^[0-9a-f]{8}$/) },
    { name: "checked", value: expect.stringMatching(/^checked [0-9a-f]{8} \$\$5$/) },
    { name: "words", value: "2:b c" },
  ]);
  const outcome = ({ state, results, steps }: typeof original) => ({
    state,
    results,
    steps: steps.map(({ state: of }) => of),
  });
  expect(outcome(lowered)).toEqual(outcome(original));
});
