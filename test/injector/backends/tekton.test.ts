import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../../injector/backends/compile.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";
import { invalidForTekton } from "./_tekton.ts";

interface Step {
  readonly name: string;
  readonly [field: string]: unknown;
}

async function compiled(
  yaml: string,
): Promise<{ readonly steps: readonly Step[]; readonly [field: string]: unknown }> {
  const set = plan(resolve(load([{ path: "run.yaml", text: yaml }])));
  const document = parse(await compile(set, "tekton", { entrypointImage: "registry.example/entrypoint:1" }));
  expect(invalidForTekton(document)).toEqual([]);
  const { taskSpec, ...rest } = document.spec;
  return { ...rest, ...taskSpec };
}

const pipeline = (tasks: string, more = ""): string =>
  `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: ci}
spec:
  tasks:
${tasks.replace(/^(?=.)/gm, "    ")}${more.replace(/^(?=.)/gm, "  ")}`;

const PRODUCER = `- name: make
  taskSpec:
    results: [{name: r}]
    steps: [{name: write, image: i, script: "echo 1 > $(results.r.path)"}]
`;

describe("results", () => {
  test("that nobody asks for do not meet each other", async () => {
    const { steps } = await compiled(pipeline(PRODUCER + PRODUCER.replace("make", "other")));
    const scripts = steps.map(({ script }) => script);
    expect(scripts).toEqual([
      expect.stringContaining("> /tekton/results/make-r"),
      expect.stringContaining("> /tekton/results/other-r"),
    ]);
  });

  test("that the run hands out are the TaskRun's, under the run's name", async () => {
    const results = 'results: [{name: out, value: "$(tasks.make.results.r)"}]\n';
    const run = await compiled(pipeline(PRODUCER, results));
    expect(run["results"]).toEqual([{ name: "out" }]);
    expect(run.steps[0]?.["script"]).toContain("> /tekton/results/out");
  });

  test("that a step asks for are those of the step that writes them", async () => {
    const asker = `- name: use
  params: [{name: p, value: "$(tasks.make.results.r)"}]
  taskSpec:
    params: [{name: p}]
    steps: [{name: read, image: i, command: [echo], args: ["$(params.p)"], env: [{name: P, value: "<$(params.p)>"}]}]
`;
    const { steps } = await compiled(pipeline(PRODUCER + asker));
    expect(steps[0]).toMatchObject({ name: "make-write", results: [{ name: "r" }] });
    expect(steps[0]?.["script"]).toContain("> /tekton/steps/step-make-write/results/r");
    expect(steps[1]).toMatchObject({
      args: ["$(steps.make-write.results.r)"],
      env: [{ name: "P", value: "<$(steps.make-write.results.r)>" }],
    });
  });

  test("in a shell's script are handed to the shell, the rest of it as it was", async () => {
    const asker = `- name: use
  params: [{name: p, value: "$(tasks.make.results.r)"}]
  taskSpec:
    params: [{name: p}]
    steps: [{name: read, image: i, args: [x], script: "#!/bin/bash -eu\\necho $(date) $$ $$(params.p) $1"}]
`;
    const { steps } = await compiled(pipeline(PRODUCER + asker));
    expect(steps[1]).toMatchObject({
      command: ["/bin/bash", "-eu"],
      args: ["-c", "echo $$(date) $$$ $$$(steps.make-write.results.r) $1", "step-use-read", "x"],
    });
  });
});

test("a Task's condition is asked by each of its steps, and by those that need its results", async () => {
  const conditional = `- name: gate
  when: [{input: "$(tasks.make.results.r)", operator: in, values: ["1"]}]
  taskSpec:
    results: [{name: s}]
    steps:
      - {name: one, image: i, script: "echo 2 > $(results.s.path)"}
      - {name: two, image: i, command: ["true"]}
- name: after
  params: [{name: p, value: "$(tasks.gate.results.s)"}]
  taskSpec:
    params: [{name: p}]
    steps: [{name: read, image: i, command: [echo, "$(params.p)"]}]
`;
  const { steps } = await compiled(pipeline(PRODUCER + conditional));
  const when = [{ input: "$(steps.make-write.results.r)", operator: "in", values: ["1"] }];
  expect(steps.map((step) => [step.name, step["when"]])).toEqual([
    ["make-write", undefined],
    ["gate-one", when],
    ["gate-two", when],
    ["after-read", when],
  ]);
});

test("the catalog's git-clone and kaniko, untouched", async () => {
  const folder = join(import.meta.dirname, "../fixtures/catalog");
  const tasks = ["git-clone.yaml", "kaniko.yaml"].map((name) => readFileSync(join(folder, name), "utf8"));
  const text = `apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: clone-build-push}
spec:
  workspaces: [{name: shared, emptyDir: {}}]
  pipelineSpec:
    workspaces: [{name: shared}]
    tasks:
      - name: fetch
        taskRef: {name: git-clone}
        workspaces: [{name: output, workspace: shared}]
        params: [{name: url, value: "https://git.example/app"}]
      - name: push
        taskRef: {name: kaniko}
        workspaces: [{name: source, workspace: shared}]
        params: [{name: IMAGE, value: "registry.example/app:$(tasks.fetch.results.commit)"}]
    results: [{name: digest, value: "$(tasks.push.results.IMAGE_DIGEST)"}]
`;
  const { steps, results } = await compiled([...tasks, text].join("---\n"));
  expect(results).toEqual([{ name: "digest" }]);
  expect(steps.map(({ name }) => name)).toEqual(["fetch-clone", "push-build-and-push", "push-write-url"]);
  expect(steps[1]?.["args"]).toContain(
    "--destination=registry.example/app:$(steps.fetch-clone.results.commit)",
  );
  expect(steps[1]?.["args"]).toContain("--digest-file=/tekton/results/digest");
});

test("a condition in CEL names what the TaskRun names", async () => {
  const conditional = `- name: gate
  when: [{cel: "'$(tasks.make.results.r)' == '1'"}]
  taskSpec: {steps: [{name: one, image: i, command: ["true"]}]}
`;
  const { steps } = await compiled(pipeline(PRODUCER + conditional));
  expect(steps[1]?.["when"]).toEqual([{ cel: "'$(steps.make-write.results.r)' == '1'" }]);
});

test("a param that no step reads makes no result of a step", async () => {
  const asker = `- name: use
  params: [{name: p, value: "$(tasks.make.results.r)"}]
  taskSpec: {params: [{name: p}], steps: [{name: read, image: i, command: ["true"]}]}
`;
  const { steps } = await compiled(pipeline(PRODUCER + asker));
  expect(steps.map((step) => [step["results"], step["when"]])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test("what is asked for the only Task is asked for the TaskRun", async () => {
  const run = await compiled(pipeline(`${PRODUCER}  retries: 2\n  timeout: 5m\n`));
  expect(run).toMatchObject({ retries: 2, timeout: "5m" });
});

test.each([
  [
    "finally",
    pipeline(PRODUCER, "finally: [{name: f, taskSpec: {steps: [{image: i, command: [x]}]}}]\n"),
    /f runs whatever/,
  ],
  [
    "retries of one Task",
    pipeline(`${PRODUCER}  retries: 1\n${PRODUCER.replace("make", "b")}`),
    /make is retried/,
  ],
  [
    "a result that nobody is seen to write",
    pipeline(
      `${PRODUCER.replace("$(results.r.path)", "nowhere")}- {name: b, params: [{name: p, value: "$(tasks.make.results.r)"}], taskSpec: {params: [{name: p}], steps: [{image: i, command: ["$(params.p)"]}]}}\n`,
    ),
    /no step of make names the file of its result r/,
  ],
  [
    "a result in a script that is no shell's",
    pipeline(
      `${PRODUCER}- {name: b, params: [{name: p, value: "$(tasks.make.results.r)"}], taskSpec: {params: [{name: p}], steps: [{image: i, script: "#!/usr/bin/env python3\\nprint($(params.p))"}]}}\n`,
    ),
    /not to python3/,
  ],
  [
    "the directory of all results",
    pipeline(PRODUCER + PRODUCER.replace("make", "b").replace("$(results.r.path)", "/tekton/results/$NAME")),
    /step-b-write names \/tekton\/results as a whole/,
  ],
  [
    "a result handed out under another name, whose file nobody names",
    pipeline(
      PRODUCER.replace("$(results.r.path)", "x"),
      'results: [{name: out, value: "$(tasks.make.results.r)"}]\n',
    ),
    /no step of make names the file of its result r/,
  ],
  [
    "a composed result",
    pipeline(PRODUCER, 'results: [{name: out, value: "v$(tasks.make.results.r)"}]\n'),
    /more than one result of one Task/,
  ],
])("%s is refused in words", async (_name, yaml, words) => {
  await expect(compiled(yaml)).rejects.toThrow(words);
});

test("the number of the attempt is Tekton's to say", async () => {
  const { steps, ...run } = await compiled(`apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: flaky}
spec:
  retries: 2
  taskSpec:
    steps:
      - {name: try, image: i, script: "echo $(context.task.retry-count)"}
`);
  expect(run["retries"]).toBe(2);
  expect(steps[0]?.["script"]).toContain("echo $(context.task.retry-count)");
});
