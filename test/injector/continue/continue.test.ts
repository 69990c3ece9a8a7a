// What of an earlier run is taken, what runs again, and why; on data that is there for real.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { continued, type Earlier, type Wanted } from "../../../injector/continue/continue.ts";
import { definitionsOf } from "../../../injector/continue/definitions.ts";
import { load } from "../../../injector/documents/load.ts";
import type { RunRecord, TaskRecord } from "../../../injector/record/record.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";
import type { ResolvedRun } from "../../../injector/resolve/resolved.ts";
import { aStatus } from "../_plan.ts";
import { aRecord } from "../provenance/_record.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-continue-"));
  writeFileSync(join(folder, "program"), "program");
});
afterEach(() => rmSync(folder, { recursive: true }));

const OUTPUT = "artifacts: {outputs: [{name: program, path: $(workspaces.data.path)/program}]}";

interface Given {
  readonly build?: string;
  readonly script?: string;
  readonly level?: string;
  readonly more?: string;
}

/** build writes data and leaves an artifact; test uses its result; ship comes last; lint stands alone. */
const pipeline = ({ build = OUTPUT, script = "true", level, more = "" }: Given = {}): ResolvedRun => {
  const text = `
apiVersion: baton.run/v1alpha1
kind: Pipeline
metadata: {name: ci}
spec:
  params: [{name: level, default: "1"}]
  workspaces: [{name: data}]
  tasks:
    - name: build
      workspaces: [{name: data}]
      taskSpec:
        workspaces: [{name: data}]
        results: [{name: version}]
        steps: [{name: compile, script: "${script}", ${build}}, {name: second, script: "true"}]
    - {name: lint, taskSpec: {steps: [{name: lint, script: "true"}]}}
    - name: test
      params: [{name: version, value: $(tasks.build.results.version)}, {name: level, value: $(params.level)}]
      taskSpec: {params: [{name: version}, {name: level}], steps: [{name: check, script: "true"}]}
    - {name: ship, runAfter: [test, lint], taskSpec: {steps: [{name: push, script: "true"}]}}
${more}
`;
  const params = level === undefined ? [] : [{ name: "level", text: level }];
  return resolve(load([{ path: "ci.yaml", text }]), { workspaces: [{ name: "data", folder }], params });
};

const STEPS = { build: ["compile", "second"], lint: ["lint"], test: ["check"], ship: ["push"] } as const;

/** As it was when `ended` Tasks had succeeded. */
function earlier(run: ResolvedRun, ended: readonly string[], rest: Partial<RunRecord> = {}): Earlier {
  const sha256 = createHash("sha256").update("program").digest("hex");
  const outputs = [{ name: "program", uri: "file:///workspace/data/program", digest: { sha256 } }];
  const tasks = Object.entries(STEPS).map(
    ([name, steps]): TaskRecord => ({
      name,
      state: ended.includes(name) ? "succeeded" : "failed",
      steps: steps.map((step) => `step-${name}-${step}`),
      results: name === "build" ? [{ name: "version", value: "1.2" }] : [],
    }),
  );
  const steps = tasks.flatMap((task) =>
    task.steps.map((step, at) =>
      aStatus("succeeded", at, {
        step,
        ...(step === "step-build-compile" ? { artifacts: { outputs } } : {}),
      }),
    ),
  );
  const artifacts = outputs.map((one) => ({ ...one, step: "step-build-compile" }));
  const record = aRecord({ backend: "local", tasks, steps, artifacts, ...rest });
  return { name: "ci-1", record, definitions: definitionsOf(run) };
}

const go = (run: ResolvedRun, from: Earlier, wanted: Wanted = {}) => continued(run, from, wanted, "local");

test("what succeeded is taken, with its results and artifacts, and says whose work it was", () => {
  const run = pipeline();
  const { done, taken, notes } = go(run, earlier(run, ["build", "lint"]));
  expect(notes).toEqual([]);
  expect(Object.keys(done)).toEqual(["build", "lint"]);
  expect(done["build"]).toMatchObject({
    status: "Succeeded",
    results: { version: "1.2" },
    artifacts: { program: {} },
  });
  expect(taken.steps.map(({ step, cache }) => [step, cache?.from])).toEqual(
    ["build-compile", "build-second", "lint-lint"].map((one) => [`step-${one}`, aRecord().id]),
  );
});

test.each([
  [
    "its script is another",
    () => pipeline({ script: "false" }),
    ["build", "test", "ship"],
    "build runs again: it is not what it was, or its params are not",
  ],
  [
    "a param that it uses is another",
    () => pipeline({ level: "2" }),
    ["test", "ship"],
    "test runs again: it is not what it was, or its params are not",
  ],
])("a Task runs again when %s, and what comes after it", (_why, now, again, note) => {
  const then = earlier(pipeline(), ["build", "lint", "test"]);
  const { done, notes } = go(now(), then);
  expect(["build", "lint", "test", "ship"].filter((name) => done[name] === undefined)).toEqual(again);
  expect(notes).toContain(note);
});

test("a Task runs again when its data is not what it was, or was never declared", () => {
  const run = pipeline();
  writeFileSync(join(folder, "program"), "changed");
  expect(go(run, earlier(run, ["build", "lint"])).notes).toEqual(
    [
      "build runs again: program, which it left, is not what it was",
      "test runs again: it comes after build",
      "ship runs again: it comes after test",
    ].slice(0, 1),
  );
  const silent = pipeline({ build: "workingDir: /" });
  expect(go(silent, earlier(silent, ["build", "lint"])).notes).toEqual([
    "build runs again: what it left in data is not declared as an artifact",
  ]);
});

test("data that ended with the run is made again for whoever needs it", () => {
  const more =
    "    - {name: last, runAfter: [ship], workspaces: [{name: data}], taskSpec: {workspaces: [{name: data}], steps: [{script: 'true'}]}}";
  const here = pipeline({ more });
  const run = { ...here, workspaces: { data: { name: "data", emptyDir: {} } } };
  const { done, notes } = go(run, earlier(run, ["build", "lint", "test", "ship"]));
  expect(Object.keys(done)).toEqual(["lint"]);
  expect(notes[0]).toBe("build runs again: last needs data, and what was in it ended with the run");
});

test("--from begins with a Task, by its name or that of its first step", () => {
  const run = pipeline();
  const all = earlier(run, ["build", "lint", "test", "ship"]);
  for (const from of ["test", "check", "test/check", "test-check"])
    expect(Object.keys(go(run, all, { from }).done)).toEqual(["build", "lint"]);
  expect(() => go(run, all, { from: "second" })).toThrow("second is not the first step of build");
  expect(() => go(run, all, { from: "chekc" })).toThrow('ci has no step "chekc"');
  expect(() => go(run, earlier(run, ["lint"]), { from: "test" })).toThrow(
    "build would have to run as well: it did not succeed in ci-1",
  );
  expect(() => go(run, earlier(run, ["build", "test"]), { from: "test" })).toThrow(
    "lint would have to run as well",
  );
});

test("--only runs one Task, and nothing after it", () => {
  const run = pipeline();
  const only = go(run, earlier(run, ["build"]), { only: "test" });
  expect(only.run.tasks.map(({ name }) => name)).toEqual(["build", "test"]);
  expect(Object.keys(only.done)).toEqual(["build"]);
  expect(() => go(run, earlier(run, []), { only: "test" })).toThrow("build would have to run as well");
});

test("it is refused where it would be another run, or none", () => {
  const run = pipeline();
  expect(() => go(run, earlier(run, ["build", "lint", "test", "ship"]))).toThrow(
    "nothing is left to run of ci-1",
  );
  expect(() => go(run, earlier(run, [], { backend: "podman" }))).toThrow("ci-1 ran on podman");
});
