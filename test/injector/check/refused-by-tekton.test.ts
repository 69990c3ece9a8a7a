// What Tekton's own validation refuses, and what stands beside it that Tekton takes. Each slip is named at its place, once.
import { describe, expect, test } from "vitest";
import { validate } from "../../../injector/check/validate.ts";

const taskRun = (spec: string) => `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: r}
spec:
  ${spec}
  taskSpec: {steps: [{name: s, image: i, script: "true"}]}
`;
const task = (spec: string, metadata = "{name: t}") => `apiVersion: tekton.dev/v1
kind: Task
metadata: ${metadata}
spec: ${spec}
`;
const step = (fields: string) => task(`{steps: [{name: s, image: i, ${fields}}]}`);
const action = (spec: string) =>
  `apiVersion: tekton.dev/v1
kind: StepAction
metadata: {name: a}
spec: ${spec}
`.replace("v1\n", "v1beta1\n");
const pipeline = (fields: string, rest = "") => `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  tasks:
    - name: a
      taskSpec: {results: [{name: r}], steps: [{image: i, script: "true"}]}
    - name: b
      ${fields}
      taskSpec: {params: [{name: x, default: ""}], steps: [{image: i, script: "true"}]}
  ${rest}
`;
const pipelineRun = (spec: string, value = "v") => `apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: r}
spec:
  ${spec}
  params: [{name: x, value: "${value}"}]
  pipelineSpec: {params: [{name: x}], tasks: [{name: a, taskSpec: {steps: [{image: i, script: "true"}]}}]}
`;

/** A title, what is refused with which code, and what is well. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ["a field nobody knows, with null", step("bogus: null"), "unknown-field", step("workingDir: null")],
  [
    "one of a container",
    step("securityContext: {bogus: null}"),
    "unknown-field",
    step("securityContext: {privileged: null}"),
  ],
  [
    "one in metadata",
    task("{steps: [{image: i}]}", "{name: t, bogus: null}"),
    "unknown-field",
    step("args: []"),
  ],
  [
    "one at the top",
    `${step("args: []")}bogus: null\n`,
    "unknown-field",
    `${step("args: []")}status: null\n`,
  ],
  [
    "one in a list with others",
    task("{steps: [{image: i}, {image: i, bogus: null}]}"),
    "unknown-field",
    task("{steps: [{image: i}, {image: i, script: null}]}"),
  ],
  [
    "one in plain lines",
    "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: t\nspec:\n  steps:\n    - image: i\n      bogus: null\n",
    "unknown-field",
    "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: t\nspec:\n  steps:\n    - image: i\n      script: null\n",
  ],
  ["an empty duration", step("timeout: ''"), "bad-duration", step("timeout: 0s")],
  ["onError by half a reference", step("onError: a$(params.x)"), "wrong-value", step("onError: continue")],
  [
    "a value twice in an enum",
    task("{params: [{name: p, enum: [a, b, a]}], steps: [{image: i}]}"),
    "duplicate-name",
    task("{params: [{name: p, enum: [a, b]}], steps: [{image: i}]}"),
  ],
  [
    "a name with two dots",
    task("{steps: [{image: i}]}", "{name: a..b}"),
    "bad-name",
    task("{steps: [{image: i}]}", "{name: a.b}"),
  ],
  ["a status", taskRun("status: Cancelled"), "wrong-value", taskRun("status: TaskRunCancelled")],
  ["a message without one", taskRun("statusMessage: m"), "wrong-value", taskRun("statusMessage: ''")],
  [
    "a breakpoint",
    taskRun("debug: {breakpoints: {onFailure: on-error}}"),
    "wrong-value",
    taskRun("debug: {breakpoints: {onFailure: enabled}}"),
  ],
  [
    "a breakpoint twice",
    taskRun("debug: {breakpoints: {onFailure: enabled, beforeSteps: [s, s]}}"),
    "duplicate-name",
    taskRun("debug: {breakpoints: {onFailure: enabled, beforeSteps: [s]}}"),
  ],
  [
    "a step asked for twice",
    taskRun("stepSpecs: [{name: s, computeResources: {}}, {name: s, computeResources: {}}]"),
    "duplicate-name",
    taskRun("stepSpecs: [{name: s, computeResources: {}}]"),
  ],
  [
    "a sidecar asked for twice",
    taskRun("sidecarSpecs: [{name: s, computeResources: {}}, {name: s, computeResources: {}}]"),
    "duplicate-name",
    taskRun("sidecarSpecs: [{name: s, computeResources: {}}]"),
  ],
  [
    "a binding without a name",
    taskRun("workspaces: [{name: w, secret: {}}]"),
    "missing-field",
    taskRun("workspaces: [{name: w, secret: {secretName: s}}]"),
  ],
  [
    "a result of a Task in a StepAction",
    action('{image: i, script: "echo > $(results.r.path)"}'),
    "unknown-reference",
    action('{image: i, results: [{name: r}], script: "echo > $(step.results.r.path)"}'),
  ],
  [
    "a result that nobody declares",
    step('script: "cat $(results.x)"'),
    "unknown-reference",
    step('script: "cat $(deploy.sh)"'),
  ],
  [
    "a workspace that only the run has",
    taskRun("workspaces: [{name: w, emptyDir: {}}]").replace('script: "true"', "workspaces: [{name: w}]"),
    "unknown-workspace",
    taskRun("workspaces: [{name: w, emptyDir: {}}]").replace(
      'script: "true"}]',
      "workspaces: [{name: w}]}], workspaces: [{name: w}]",
    ),
  ],
  [
    "a command in a Pipeline",
    pipeline("params: [{name: x, value: $(date)}]"),
    "wrong-reference",
    pipeline("params: [{name: x, value: $DATE}]"),
  ],
  [
    "another one",
    pipeline("params: [{name: x, value: $(deploy.sh)}]"),
    "wrong-reference",
    pipeline("retries: 1"),
  ],
  [
    "a param twice in a combination",
    pipeline("matrix: {include: [{name: m, params: [{name: x, value: a}, {name: x, value: b}]}]}"),
    "duplicate-name",
    pipeline("matrix: {include: [{name: m, params: [{name: x, value: a}]}]}"),
  ],
  [
    "a result of no task",
    pipeline("retries: 1", 'results: [{name: r, value: "true"}]'),
    "bad-result-value",
    pipeline("retries: 1", "results: [{name: r, value: $(tasks.a.results.r)}]"),
  ],
  [
    "a result before the run",
    pipelineRun("status: ''", "$(tasks.a.results.r)"),
    "wrong-reference",
    pipelineRun("status: ''", "$(a)"),
  ],
  [
    "a kind of Pipeline",
    pipelineRun("pipelineRef: {kind: Pipeline}"),
    "unknown-field",
    pipelineRun("status: Cancelled"),
  ],
];

describe.each(CASES)("%s", (_, wrong, code, right) => {
  test("is an error, once", () => {
    const errors = errorsOf(wrong);
    expect(errors).toContain(code);
    expect(errors.filter((one) => one === code)).toHaveLength(1);
  });

  test("beside it all is well", () => expect(errorsOf(right)).toEqual([]));
});

test("what a name is made from must begin one", () => {
  const named = (prefix: string) =>
    taskRun("timeout: 1m").replace("{name: r}", `{generateName: "${prefix}"}`);
  expect(errorsOf(named("build-"))).toEqual([]);
  expect(errorsOf(named("a".repeat(80)))).toEqual([]);
  for (const prefix of ["Build-", "build_", "build-.", "-build", "a b"])
    expect(errorsOf(named(prefix))).toEqual(["bad-name"]);
});

test("a key without a value in a map of texts is an empty text", () => {
  const given = (value: string) =>
    errorsOf(`apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: r}
spec:
  params: [{name: o, value: ${value}}]
  taskSpec: {steps: [{image: i, args: [$(params.o.a)]}]}
`);
  expect(given("{a: null}")).toEqual([]);
  expect(given("{b: null}")).toEqual(["unknown-reference"]);
});

const errorsOf = (text: string): readonly string[] =>
  validate([{ path: "a.yaml", text }])
    .filter(({ severity }) => severity === "error")
    .map(({ code }) => code);
