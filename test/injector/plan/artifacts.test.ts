// Artifacts between Tasks: an order, a reason to share a pod, and what earlier plans of a run have left.
import { expect, test } from "vitest";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { plan } from "../../../injector/plan/index.ts";
import { edgesOf, onlyPlan, runOf, stepOf, taskOf } from "./_runs.ts";

const output = {
  name: "s",
  command: ["true"],
  artifacts: { outputs: [{ name: "out", path: "/workspace/out" }] },
};
const input = {
  name: "s",
  command: ["use", "$(inputs.in.path)", "$(tasks.a.outputs.out.digest)"],
  artifacts: { inputs: [{ name: "in", path: "/workspace/out" }] },
};
const given = (name: string) => ({ artifacts: [{ name: "in", from: `$(tasks.${name}.outputs.out)` }] });
const as = (serviceAccountName: string) => ({
  pod: { serviceAccountName, labels: {}, annotations: {}, spec: {} },
});
const artifactsOf = (flags: { readonly artifacts?: string }) => JSON.parse(flags.artifacts ?? "{}");

function codes(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
}

test("an artifact is an order, and leads to its producer's provenance.json", () => {
  const whole = onlyPlan(runOf([taskOf("b", [input], given("a")), taskOf("a", [output])]));
  expect(edgesOf(whole)).toEqual(["step-a-s → step-b-s"]);
  const { flags, args, command } = stepOf(whole, "step-b-s");
  const from = "/tekton/run/0/status/artifacts/provenance.json";
  expect(artifactsOf(flags)).toEqual({
    inputs: [{ name: "in", path: "/workspace/out", from, output: "out" }],
  });
  expect([...(command ?? []), ...args]).toEqual(["use", "/workspace/out", "$(tasks.a.outputs.out.digest)"]);
});

test("where the two cannot share a pod, that is an error", () => {
  const run = runOf([taskOf("a", [output]), taskOf("b", [input], { ...given("a"), ...as("other") })]);
  expect(codes(() => plan(run))).toEqual(["artifact-cut"]);
  expect(codes(() => plan(run, { on: "processes" }))).toEqual([]);
});

test("what a Task of an earlier plan has left is pinned, and known", () => {
  const run = runOf([taskOf("a", [output]), taskOf("b", [input], given("a"))]);
  const out = { uri: "file:///workspace/out", digest: { sha256: "ab" } };
  const done = { a: { status: "Succeeded" as const, results: {}, artifacts: { out } } };
  const step = stepOf(onlyPlan(run, { done }), "step-b-s");
  expect(artifactsOf(step.flags)).toEqual({
    inputs: [{ name: "in", path: "/workspace/out", digest: { sha256: "ab" } }],
  });
  expect(step.command).toEqual(["use", "/workspace/out", "sha256:ab"]);
});

test.each([
  ["is not absolute", "out"],
  ["is only known at run time", "/workspace/$(tasks.a.results.r)"],
])("a path that %s is an error at its place", (_why, path) => {
  const step = { ...output, artifacts: { outputs: [{ name: "out", path }] } };
  const place = { file: "run.yaml", line: 1, column: 1 };
  const run = runOf([taskOf("a", []), taskOf("b", [step])], {
    place: (at) => (at === "tasks.b.spec.steps.0.artifacts.outputs.0.path" ? place : undefined),
  });
  expect(codes(() => plan(run))).toEqual(["artifact-path"]);
  try {
    plan(run);
  } catch (error) {
    expect((error as UserError).diagnostics[0]?.place).toEqual(place);
  }
});
