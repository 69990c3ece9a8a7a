// inject takes pods of the types that orchestrators have, and gives the same type back: what compiles here is the test.
import type { V1CronJob, V1Job, V1Pod } from "@kubernetes/client-node";
import type { Job } from "kubernetes-types/batch/v1.js";
import type { Pod } from "kubernetes-types/core/v1.js";
import { expect, expectTypeOf, test } from "vitest";
import { inject } from "../../../injector/index.ts";

const options = { entrypointImage: "entrypoint:1" };
const metadata = { name: "ci", annotations: { "baton.run/order": "a, b" } };
const spec = {
  restartPolicy: "Never",
  containers: ["a", "b"].map((name) => ({ name, image: "busybox", command: ["true"] })),
};

test("pods of @kubernetes/client-node", () => {
  const pod: V1Pod = { apiVersion: "v1", kind: "Pod", metadata, spec };
  const ordered = inject(pod, options);
  expectTypeOf(ordered).toEqualTypeOf<V1Pod>();
  expect(ordered.spec?.initContainers?.map(({ name }) => name)).toEqual(["baton-layout"]);
  expectTypeOf(inject<V1Job>).returns.toEqualTypeOf<V1Job>();
  expectTypeOf(inject<V1CronJob>).returns.toEqualTypeOf<V1CronJob>();
});

test("a pod out of a client's list, which has no kind", () => {
  const pod: V1Pod = { metadata, spec };
  expect(inject(pod, options).spec?.initContainers).toHaveLength(1);
});

test("pods of kubernetes-types", () => {
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata, spec };
  expectTypeOf(inject(pod, options)).toEqualTypeOf<Pod>();
  const job: Job = { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template: { spec } } };
  expect(inject(job, options).spec?.template.spec?.initContainers).toHaveLength(1);
});
