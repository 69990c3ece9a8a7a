import { expect, test } from "vitest";
import { environmentOf, machineEnvironment } from "../../../../injector/backends/host/environment.ts";
import type { Diagnostic } from "../../../../injector/diagnostics/diagnostic.ts";
import type { Plan, PlannedStep } from "../../../../injector/plan/model/plan.ts";
import { aPlan, aStep } from "../../_plan.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const plan = aPlan({
  data: [
    { kind: "ConfigMap", name: "settings", data: { colour: base64("blue"), size: base64("big") } },
    { kind: "Secret", name: "token", data: { key: base64("hush") } },
  ],
  pod: { labels: { team: "red" }, annotations: {}, spec: {} },
});

function of(step: Partial<PlannedStep>, where: Plan = plan) {
  const problems: Diagnostic[] = [];
  const environment = environmentOf(where, aStep(0, step), machineEnvironment(), problems);
  return { environment, codes: problems.map(({ code }) => code) };
}

test("later variables see earlier ones, as the kubelet has it", () => {
  const env = [
    { name: "A", value: "1" },
    { name: "B", value: "$(A)2 $$(A) $(NONE)" },
    { name: "A", value: "3" },
  ];
  expect(of({ env }).environment).toMatchObject({ A: "3", B: "12 $(A) $(NONE)" });
});

test("HOME is the Task's, unless the step says otherwise", () => {
  expect(of({}).environment["HOME"]).toBe("/tekton/home");
  expect(of({ env: [{ name: "HOME", value: "/root" }] }).environment["HOME"]).toBe("/root");
});

test("whole ConfigMaps come with their prefix, and single keys win over them", () => {
  const { environment } = of({
    envFrom: [{ prefix: "S_", configMapRef: { name: "settings" } }, { secretRef: { name: "token" } }],
    env: [{ name: "S_size", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } }],
  });
  expect(environment).toMatchObject({ S_colour: "blue", S_size: "blue", key: "hush" });
});

test("the downward API, as far as processes have such things", () => {
  const field = (fieldPath: string) => ({ name: "X", valueFrom: { fieldRef: { fieldPath } } });
  expect(of({ env: [field("metadata.name")] }).environment["X"]).toBe("demo");
  expect(of({ env: [field("metadata.labels['team']")] }).environment["X"]).toBe("red");
  expect(of({ env: [field("status.podIP")] }).environment["X"]).toBe("127.0.0.1");
  expect(of({ env: [field("metadata.uid")] }).codes).toEqual(["value-not-local"]);
});

test.each([
  ["a ConfigMap that was not given", { configMapKeyRef: { name: "none", key: "a" } }, ["data-not-given"]],
  ["a key that is not there", { secretKeyRef: { name: "token", key: "kee" } }, ["data-key-missing"]],
  ["what may be missing", { secretKeyRef: { name: "none", key: "a", optional: true } }, []],
  ["a key that may be missing", { secretKeyRef: { name: "token", key: "kee", optional: true } }, []],
])("%s", (_what, valueFrom, codes) => {
  const { environment, codes: found } = of({ env: [{ name: "X", valueFrom }] });
  expect(found).toEqual(codes);
  expect(environment).not.toHaveProperty("X");
});
