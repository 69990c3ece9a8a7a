// One admission review in, one answer out: whatever comes in.
import fc from "fast-check";
import { expect, test } from "vitest";
import { inject } from "../../../injector/inject/inject.ts";
import { review } from "../../../injector/webhook/review.ts";

const options = { entrypointImage: "example.com/entrypoint:1" };

const pod = (order: unknown, over: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", annotations: { "baton.run/order": order } },
  spec: {
    restartPolicy: "Never",
    containers: [
      { name: "a", image: "busybox", command: ["true"] },
      { name: "b", image: "busybox", command: ["true"] },
    ],
    ...over,
  },
});

const asked = (object: unknown, over: object = {}) => ({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  request: { uid: "1", operation: "CREATE", namespace: "ci", object, ...over },
});

interface Response {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: string;
  readonly patch?: string;
  readonly status?: { readonly message: string };
}

function answerTo(body: unknown): Response {
  const reviewed = review(body, options);
  if (reviewed === undefined) throw new Error("that is no review");
  return (reviewed.answer as { readonly response: Response }).response;
}

/** As an API server applies it: every operation sets a field. */
function patched(object: object, patch = ""): object {
  const copy = structuredClone(object);
  const operations = JSON.parse(Buffer.from(patch, "base64").toString("utf8") || "[]");
  for (const { path, value } of operations as { path: string; value: unknown }[]) {
    const fields = path.slice(1).split("/");
    const last = fields.pop() ?? "";
    const holder = fields.reduce<Record<string, unknown>>(
      (at, field) => at[field] as typeof at,
      copy as never,
    );
    holder[last] = value;
  }
  return copy;
}

const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { template: pod("a, b") } };

test.each([
  ["a Pod", pod("a, b")],
  ["a Job", job],
  ["a CronJob", { apiVersion: "batch/v1", kind: "CronJob", metadata: {}, spec: { jobTemplate: job } }],
])("%s gets what `baton inject` makes of it, and once", (_what, object) => {
  const { allowed, patch, patchType } = answerTo(asked(object));
  expect({ allowed, patchType }).toEqual({ allowed: true, patchType: "JSONPatch" });
  const after = patched(object, patch);
  expect(after).toEqual(inject(object, options));
  expect(answerTo(asked(after))).toEqual({ uid: "1", allowed: true });
});

test("what asks for nothing, and what is not made anew, is let through as it is", () => {
  const { annotations: _none, ...metadata } = pod("a").metadata;
  expect(answerTo(asked({ ...pod("a"), metadata }))).toEqual({ uid: "1", allowed: true });
  expect(answerTo(asked(pod("nobody"), { operation: "UPDATE" }))).toEqual({ uid: "1", allowed: true });
  const cancelled = { ...pod("a"), metadata: { name: "p", annotations: { "baton.run/cancel": "yes" } } };
  expect(answerTo(asked(cancelled))).toEqual({ uid: "1", allowed: true });
});

test.each([
  ["names nobody", pod("a, c"), /"c"/],
  ["is no list", pod("{"), /order/],
  ["is of a pod that starts again", pod("a, b", { restartPolicy: "Always" }), /restartPolicy|Never/],
  ["is misspelt", { ...pod("a"), metadata: { annotations: { "baton.run/orders": "a" } } }, /did you mean/],
  [
    "is of a container whose command only its image knows",
    pod("a, b", {
      containers: [
        { name: "a", image: "busybox" },
        { name: "b", image: "busybox" },
      ],
    }),
    /command/,
  ],
])("an order that %s is refused in words", (_what, object, words) => {
  const { allowed, status, patch } = answerTo(asked(object));
  expect({ allowed, patch }).toEqual({ allowed: false, patch: undefined });
  expect(status?.message).toMatch(words);
});

test("whatever comes in, there is an answer, or it is said to be no review", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const annotated = fc.tuple(fc.oneof(value, fc.string()), value, value).map(([order, containers, spec]) => ({
    kind: "Pod",
    metadata: { annotations: { "baton.run/order": order } },
    spec: { restartPolicy: "Never", containers, ...Object(spec) },
  }));
  const bodies = fc.oneof(
    value,
    fc.oneof(value, annotated).map((object) => asked(object)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const answer = review(body, options)?.answer;
      expect(answer === undefined || typeof JSON.stringify(answer) === "string").toBe(true);
    }),
    { numRuns: Number(process.env["WEBHOOK_RUNS"] ?? 300) },
  );
});
