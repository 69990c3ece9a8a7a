// Merges mean what Kubernetes' strategic merge means, which Tekton uses for stepTemplate, stepSpecs and sidecarSpecs.
import { expect, test } from "vitest";
import { mergeContainer } from "../../../../injector/plan/bind/merge.ts";
import { withResources } from "../../../../injector/resolve/pod.ts";

const env = (...names: readonly string[]) =>
  names.map((one) => {
    const [name = "", value = name] = one.split("=");
    return { name, value };
  });
const ref = (fields: object) => ({ name: "A", valueFrom: { secretKeyRef: fields } });

test.each<[what: string, template: object, step: object, merged: object]>([
  [
    "a field of the step wins",
    { image: "a", workingDir: "/a" },
    { image: "b" },
    { image: "b", workingDir: "/a" },
  ],
  ["lists of words are one value", { args: ["a", "b"] }, { args: ["c"] }, { args: ["c"] }],
  [
    "maps are merged",
    { computeResources: { limits: { cpu: "1", memory: "1Gi" } } },
    { computeResources: { limits: { cpu: "2" } } },
    { computeResources: { limits: { cpu: "2", memory: "1Gi" } } },
  ],
  [
    "lists in maps are one value",
    { securityContext: { capabilities: { drop: ["A"], add: ["B"] } } },
    { securityContext: { capabilities: { drop: ["C"] } } },
    { securityContext: { capabilities: { drop: ["C"], add: ["B"] } } },
  ],
  [
    "variables go by name, the step's first",
    { env: env("A", "B") },
    { env: env("C") },
    { env: env("C", "A", "B") },
  ],
  [
    "one of both stays behind what stood before it",
    { env: env("A", "B") },
    { env: env("C", "B=b") },
    { env: env("C", "A", "B=b") },
  ],
  [
    "and in the order that the step has",
    { env: env("A", "B", "D") },
    { env: env("B=b", "A=a") },
    { env: env("B=b", "A=a", "D") },
  ],
  [
    "a value in place of a source",
    { env: [ref({ name: "s", key: "k" })] },
    { env: env("A=a") },
    { env: env("A=a") },
  ],
  [
    "a source in place of a value",
    { env: env("A=a") },
    { env: [ref({ name: "s", key: "k" })] },
    { env: [ref({ name: "s", key: "k" })] },
  ],
  [
    "one source on another",
    { env: [ref({ name: "s", key: "k", optional: true })] },
    { env: [ref({ name: "s", key: "l" })] },
    { env: [ref({ name: "s", key: "l", optional: true })] },
  ],
  [
    "mounts go by their path, and are merged",
    { volumeMounts: [{ name: "v", mountPath: "/x", readOnly: true }] },
    {
      volumeMounts: [
        { name: "w", mountPath: "/x" },
        { name: "w", mountPath: "/y" },
      ],
    },
    {
      volumeMounts: [
        { name: "w", mountPath: "/x", readOnly: true },
        { name: "w", mountPath: "/y" },
      ],
    },
  ],
])("stepTemplate: %s", (_what, template, step, merged) => {
  expect(mergeContainer(template, step)).toEqual(merged);
});

test.each<[what: string, own: object | undefined, over: object | undefined, merged: object | undefined]>([
  [
    "limits and requests go by name",
    { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "1" } },
    { limits: { cpu: "2" } },
    { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "1" } },
  ],
  ["where the Task says nothing", undefined, { requests: { cpu: "1" } }, { requests: { cpu: "1" } }],
  ["where the run says nothing", { requests: { cpu: "1" } }, undefined, { requests: { cpu: "1" } }],
  ["where the run says an empty one", { requests: { cpu: "1" } }, {}, { requests: { cpu: "1" } }],
])("stepSpecs and sidecarSpecs: %s", (_what, own, over, merged) => {
  const container = {
    name: "a",
    image: "i",
    ...(own && { computeResources: own as Record<string, unknown> }),
  };
  const other = { name: "b", image: "i" };
  const specs = [
    { name: "a", computeResources: { limits: { cpu: "9" } } },
    { name: "a", ...(over && { computeResources: over }) },
  ];
  expect(withResources([container, other], specs)).toEqual([
    { name: "a", image: "i", ...(merged && { computeResources: merged }) },
    other,
  ]);
});
