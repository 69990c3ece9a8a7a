import { describe, expect, test } from "vitest";
import { argo } from "../../../injector/backends/argo.ts";
import type { PlanEdge } from "../../../injector/plan/model/plan-set.ts";
import { invalidForArgo, readWorkflow, templatesOf } from "./_argo.ts";
import { ofYaml, testBackend } from "./_contract.ts";
import { chain } from "./_plans.ts";

testBackend({ renderer: argo, ...ofYaml(readWorkflow, invalidForArgo) });

const options = { entrypointImage: "registry.example/entrypoint:1" };

test("a tag of Argo's in the author's text stays the author's", () => {
  const plan = chain("tags", [{ name: "a", args: ["{{workflow.name}}", "{{{x"] }]);
  const [document] = argo.render([plan], options);
  expect(JSON.stringify(document)).not.toContain("{{workflow");
  expect(readWorkflow([document ?? {}])[0]?.argv.slice(-2)).toEqual(["{{workflow.name}}", "{{{x"]);
});

describe("several plans", () => {
  const plans = ["one", "two", "three"].map((name) => chain(name, [{ name: "a" }]));
  const edges: PlanEdge[] = [
    { from: "one", to: "two", on: "succeeded" },
    { from: "one", to: "three", on: "settled" },
    { from: "two", to: "three", on: "settled" },
  ];

  test("become a DAG of container sets", () => {
    const [dag, ...sets] = templatesOf(argo.render(plans, { ...options, edges }));
    expect(sets.map(({ name }) => name)).toEqual(["one", "two", "three"]);
    expect(dag?.dag?.tasks.map(({ name, depends }) => [name, depends])).toEqual([
      ["one", undefined],
      ["two", "one.Succeeded"],
      ["three", expect.stringMatching(/^\(one\.Succeeded .*one\.Omitted\) && \(two\.Succeeded .*\)$/)],
    ]);
    for (const document of argo.render(plans, { ...options, edges }))
      expect(invalidForArgo(document)).toEqual([]);
  });

  test("share the claims that are made for the run", () => {
    const template = {
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    const claim = { name: "data", source: { kind: "claimTemplate", template } } as const;
    const shared = plans.map((plan) => ({ ...plan, volumes: [...plan.volumes, claim] }));
    const [workflow] = argo.render(shared, { ...options, edges }) as readonly {
      spec: Record<string, unknown>;
    }[];
    expect(workflow?.spec["volumeClaimTemplates"]).toEqual([
      { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" }, spec: template.spec },
    ]);
    expect(JSON.stringify(workflow?.spec["templates"])).not.toContain("volumeClaimTemplate");
  });

  test("cannot need a result of each other", () => {
    const needy = plans.map((plan) => ({ ...plan, inputs: ["$(tasks.one.results.r)"] }));
    expect(() => argo.render(needy, { ...options, edges })).toThrow(/needs \$\(tasks\.one\.results\.r\)/);
  });
});

test("no step ends before all have where something outlives a failure, because Argo then kills the others", () => {
  const linear = chain("run", [{ name: "a" }, { name: "b" }]);
  const steps = linear.steps.map((step) => ({
    ...step,
    needs: step.needs.map((need) => ({ ...need, on: "settled" as const })),
  }));
  const lingers = (plan: typeof linear) =>
    readWorkflow(argo.render([plan], options)).map(({ argv }) => argv.includes("-linger"));
  expect(lingers(linear)).toEqual([false, false]);
  expect(lingers({ ...linear, steps })).toEqual([true, true]);
  const [template] = templatesOf(argo.render([{ ...linear, steps }], options));
  expect(template?.["sidecars"]).toMatchObject([{ name: "result" }]);
});

test("fields of the pod that no template has go in as a patch", () => {
  const plan = chain("patch", [{ name: "a" }]);
  const spec = { runtimeClassName: "gvisor", nodeSelector: { disk: "ssd" } };
  const [template] = templatesOf(argo.render([{ ...plan, pod: { ...plan.pod, spec } }], options));
  expect(template).toMatchObject({
    nodeSelector: { disk: "ssd" },
    podSpecPatch: '{"runtimeClassName":"gvisor"}',
  });
});
