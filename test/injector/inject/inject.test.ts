import { describe, expect, test } from "vitest";
import { parseFlags } from "../../../entrypoint/protocol/index.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { commandlessImages, inject } from "../../../injector/inject/inject.ts";
import { writable } from "../backends/_contract.ts";
import { invalidForKubernetes, type PodSpec, readContainer } from "../backends/_kubernetes.ts";

const options = { entrypointImage: "registry.example/entrypoint:1" };

const container = (name: string, more: object = {}) => ({
  name,
  image: "busybox",
  command: ["sh", "-c"],
  args: [`echo ${name} $(HOME) $$(date)`],
  ...more,
});

const pod = (order: string | undefined, ...names: readonly string[]) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", ...(order === undefined ? {} : { annotations: { "baton.run/order": order } }) },
  spec: { restartPolicy: "Never", containers: names.map((name) => container(name)) },
});

const started = (document: object) =>
  (document as { spec: PodSpec }).spec.containers.map((one) => ({ one, ...readContainer(one) }));

const waits = (document: object) =>
  Object.fromEntries(
    started(document).map(({ id, argv }) => {
      const read = parseFlags(argv.slice(1));
      return [id, read.flags.wait_file ?? []];
    }),
  );

const out = (index: number) => `/tekton/run/${index}/out`;

describe("the order", () => {
  test.each([
    ["a, b, c", { a: [], b: [out(0)], c: [out(1)] }],
    ["c,a", { a: [out(1)], b: undefined, c: [] }],
    ["{c: [a, b]}", { a: [], b: [], c: [out(0), out(1)] }],
    ["{c: b, b: [a]}", { a: [], b: [out(0)], c: [out(1)] }],
  ])("%s", (order, expected) => {
    const document = inject(pod(order, "a", "b", "c"), options);
    expect(invalidForKubernetes(document)).toEqual([]);
    for (const [name, needs] of Object.entries(expected))
      expect(waits(document)[name], name).toEqual(needs ?? []);
  });

  test.each([
    ["a, x", /unknown-container|"x"/, "unknown-container"],
    ["a,,b", /no order/, "bad-order"],
    ["a, b, a", /no order/, "bad-order"],
    ["{a: [b], b: [a]}", /circle: a, b/, "bad-order"],
    ["{a: {b: c}}", /no order/, "bad-order"],
    ["{a", /no order/, "bad-order"],
  ])("%s is a mistake", (order, message, code) => {
    const attempt = () => inject(pod(order, "a", "b"), options);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ diagnostics: [expect.objectContaining({ code })] }));
  });
});

test("only what is ordered is touched", () => {
  const given = pod("a, b", "a", "other", "b");
  const document = inject(given, options) as typeof given;
  expect(document.spec.containers[1]).toBe(given.spec.containers[1]);
  expect(document.metadata).toBe(given.metadata);
  const { one } = started(document)[0] ?? {};
  expect(one).toMatchObject({ name: "a", image: "busybox" });
});

test("the command goes on as its author wrote it", () => {
  const [first] = started(inject(pod("a", "a"), options));
  const words = [...(first?.one.command ?? []), ...(first?.one.args ?? [])];
  expect(words.slice(words.indexOf("-entrypoint"))).toEqual([
    "-entrypoint",
    "sh",
    "--",
    "-c",
    "echo a $(HOME) $$(date)",
  ]);
});

test("a container writes its own run directory and no other", () => {
  for (const [index, { mounts }] of started(inject(pod("a,b,c", "a", "b", "c"), options)).entries())
    for (const other of [0, 1, 2]) expect(writable(mounts, out(other))).toBe(other === index);
});

test("a second time changes nothing, nor does it where there is no order", () => {
  const once = inject(pod("a, b", "a", "b"), options);
  expect(inject(once, options)).toBe(once);
  for (const document of [pod(undefined, "a"), { kind: "Service", spec: {} }, {}])
    expect(inject(document, options)).toBe(document);
});

test.each([
  [
    "Job",
    (template: object) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "j" },
      spec: { template },
    }),
  ],
  [
    "CronJob",
    (template: object) => ({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "c" },
      spec: { schedule: "@daily", jobTemplate: { spec: { template } } },
    }),
  ],
])("the pod of a %s is found, its order on the pod or around it", (_kind, wrap) => {
  const { metadata, spec } = pod("a, b", "a", "b");
  const inner = inject(wrap({ metadata, spec }), options);
  const around = inject({ ...wrap({ spec }), metadata: { ...metadata } }, options);
  for (const document of [inner, around]) expect(JSON.stringify(document)).toContain("baton-layout");
});

test("a container without a command, and a pod that restarts, are mistakes with a cure", () => {
  const bare = pod("a", "a");
  const silent = { ...bare, spec: { ...bare.spec, containers: [{ name: "a", image: "x" }] } };
  const restarting = { ...bare, spec: { containers: bare.spec.containers } };
  for (const document of [silent, restarting]) expect(() => inject(document, options)).toThrow(UserError);
});

test("without a command the image's own is used, and the image pinned to what was read", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const commands = new Map([["tool:1", { entrypoint: ["/bin/$(X)"], cmd: ["serve"], digest }]]);
  const bare = pod("a", "a");
  const given = (more: object) => ({
    ...bare,
    spec: { ...bare.spec, containers: [{ name: "a", image: "tool:1", ...more }] },
  });
  const [plain] = started(inject(given({}), { ...options, commands }));
  expect(plain?.one).toMatchObject({ image: `tool:1@${digest}` });
  expect(plain?.argv.slice(-4)).toEqual(["-entrypoint", "/bin/$(X)", "--", "serve"]);
  const [withArgs] = started(inject(given({ args: ["other"] }), { ...options, commands }));
  expect(withArgs?.argv.slice(-3)).toEqual(["/bin/$(X)", "--", "other"]);
  expect(commandlessImages(given({}))).toEqual(["tool:1"]);
  expect(commandlessImages(bare)).toEqual([]);
});
