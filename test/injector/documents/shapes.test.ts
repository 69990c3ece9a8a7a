// What fields there are, of ours and of Kubernetes' below ours, and what those that are empty mean.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KUBERNETES_FIELDS } from "../../../injector/documents/load/kubernetes-fields.ts";
import { load } from "../../../injector/documents/load.ts";
import { printDocument } from "../../../injector/documents/print.ts";

const read = (document: object) => load([{ path: "t.yaml", text: printDocument(document) }]);
const task = (spec: object) => ({ apiVersion: "tekton.dev/v1", kind: "Task", metadata: { name: "t" }, spec });
const step = (fields: object) => task({ steps: [{ image: "busybox", script: "true", ...fields }] });
const run = (spec: object) => ({
  ...task({ taskSpec: { steps: [{ image: "busybox", script: "true" }] }, ...spec }),
  kind: "TaskRun",
});

test("the table of Kubernetes' fields is that of its API", () => {
  const root = join(import.meta.dirname, "../../..");
  const made = execFileSync("node", ["tools/kubernetes-fields.mjs"], { cwd: root, encoding: "utf8" });
  expect(readFileSync(join(root, "injector/documents/load/kubernetes-fields.ts"), "utf8")).toBe(made);
});

describe("a field below ours that Kubernetes does not have, or has of another type", () => {
  test.each<[document: object, field: string, cure: RegExp]>([
    [step({ env: [{ name: "A", vale: "x" }] }), "vale", /"value"/],
    [step({ env: [{ name: "A", valueFrom: { secretKeyRef: { nme: "a", key: "b" } } }] }), "nme", /"name"/],
    [step({ securityContext: { priviledged: true } }), "priviledged", /"privileged"/],
    [step({ securityContext: { capabilities: { ad: ["X"] } } }), "ad", /"add"/],
    [step({ computeResources: { request: { cpu: 1 } } }), "request", /"requests"/],
    [
      task({ steps: [{ image: "a" }], volumes: [{ name: "e", secret: { name: "s" } }] }),
      "name",
      /secretName/,
    ],
    [
      task({ steps: [{ image: "a" }], sidecars: [{ image: "a", ports: [{ port: 80 }] }] }),
      "port",
      /known fields|hostPort/,
    ],
    [run({ podTemplate: { tolerations: [{ keyy: "a" }] } }), "keyy", /"key"/],
    [run({ workspaces: [{ name: "w", persistentVolumeClaim: { claim: "c" } }] }), "claim", /"claimName"/],
    [run({ stepSpecs: [{ name: "s", computeResource: {} }] }), "computeResource", /"computeResources"/],
    [{ ...step({}), metadata: { name: "t", anotations: { a: "b" } } }, "anotations", /"annotations"/],
    [{ ...step({}), params: [] }, "params", /known fields/],
    [
      { apiVersion: "tekton.dev/v1", kind: "Task", metadata: { name: "t" }, sepc: { steps: [] } },
      "sepc",
      /"spec"/,
    ],
    [
      { apiVersion: "tekton.dev/v1", kind: "Task", metadat: { name: "t" }, spec: { steps: [] } },
      "metadat",
      /"metadata"/,
    ],
    [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, dta: { a: "b" } }, "dta", /"data"/],
  ])("%j", (document, field, cure) => {
    const { diagnostics } = read(document);
    expect(diagnostics.map(({ code, message }) => [code, message.includes(`"${field}"`)])).toEqual([
      ["unknown-field", true],
    ]);
    expect(diagnostics[0]?.cure).toMatch(cure);
    const { text = "", column = 0, length } = diagnostics[0]?.place ?? {};
    expect(text.slice(column - 1).startsWith(field)).toBe(true);
    expect(length).toBe(field.length);
  });

  test.each<[document: object, message: string]>([
    [step({ securityContext: { runAsUser: "65532" } }), "runAsUser must be a whole number, not the text"],
    [step({ securityContext: { runAsNonRoot: "true" } }), "runAsNonRoot must be true or false, not the text"],
    [
      step({ computeResources: { limits: { memory: "1 Gi" } } }),
      "memory must be a quantity such as 500m or 1Gi",
    ],
    [step({ computeResources: { limits: ["cpu"] } }), "limits must be a map, not a list"],
    [step({ env: [{ name: "A", value: 5 }] }), "value must be a text, not the number 5"],
    [
      step({ env: [{ name: "A", valueFrom: { secretKeyRef: "a" } }] }),
      "secretKeyRef must be a map, not the text",
    ],
    [
      task({
        steps: [{ image: "a" }],
        volumes: [{ name: "e", configMap: { name: "a", defaultMode: "0644" } }],
      }),
      "defaultMode must be a whole number",
    ],
    [
      task({
        steps: [{ image: "a" }],
        sidecars: [{ image: "a", readinessProbe: { httpGet: { port: true } } }],
      }),
      "port must be a whole number or a text, not true",
    ],
    [run({ podTemplate: { tolerations: { key: "a" } } }), "tolerations must be a list, not a map"],
  ])("%j", (document, message) => {
    const { diagnostics } = read(document);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: "wrong-type", message: expect.stringContaining(message) });
  });

  test.each<[document: object, written: string, field: string]>([
    [
      step({ env: [{ name: "A", valueFrom: { secretkeyRef: { name: "a", key: "b" } } }] }),
      "secretkeyRef",
      "secretKeyRef",
    ],
    [step({ volumeMounts: [{ name: "a", mountPath: "/a", readonly: true }] }), "readonly", "readOnly"],
    [task({ steps: [{ image: "a" }], volumes: [{ name: "e", emptydir: {} }] }), "emptydir", "emptyDir"],
    [
      task({ steps: [{ image: "a" }], sidecars: [{ image: "a", readinessProbe: { httpget: { port: 1 } } }] }),
      "httpget",
      "httpGet",
    ],
    [run({ podTemplate: { nodeselector: { a: "b" } } }), "nodeselector", "nodeSelector"],
  ])("in another letter case is read, with a warning: %j", (document, written, field) => {
    const { documents, diagnostics } = read(document);
    expect(diagnostics).toMatchObject([
      { code: "field-case", message: expect.stringContaining(`"${written}" is read as "${field}"`) },
    ]);
    expect(JSON.stringify(documents[0]?.object)).toContain(`"${field}":`);
  });

  test.each<[document: object, expected: string]>([
    [step({ image: [] }), "image must be a text"],
    [step({ script: {} }), "script must be a text"],
    [step({ env: {} }), "env must be a list"],
    [step({ command: "" }), "command must be a list"],
    [step({ computeResources: [] }), "computeResources must be a map"],
    [task({ steps: [["a"]] }), "steps[0] must be a map"],
    [task({ steps: [[]] }), "steps[0] must be a map"],
    [task({ steps: [{ image: "a" }], stepTemplate: ["a"] }), "stepTemplate must be a map"],
    [run({ workspaces: [{ name: "w", emptyDir: [] }] }), "emptyDir must be a map"],
    [run({ podTemplate: [] }), "podTemplate must be a map"],
  ])("what is empty or a list is no value of another type: %j", (document, expected) => {
    const { diagnostics } = read(document);
    expect(diagnostics).toMatchObject([{ code: "wrong-type", message: expect.stringContaining(expected) }]);
  });

  test("all that is wrong is said at once", () => {
    const { diagnostics } = read(
      step({
        securityContext: { runAsUser: "1", priviledged: true },
        env: [{ name: "A", vale: "x" }],
        imgae: "x",
        timeout: 5,
      }),
    );
    expect(diagnostics.map(({ code }) => code).sort()).toEqual([
      ...Array.from({ length: 3 }, () => "unknown-field"),
      ...Array.from({ length: 2 }, () => "wrong-type"),
    ]);
  });
});

test("every field of the table is accepted with a value of its type", () => {
  const types = new Map(
    KUBERNETES_FIELDS.trim()
      .split("\n")
      .map((line) => [line.split(" ")[0], line.split(" ").slice(1)] as const),
  );
  const valueOfType = (type: string, depth: number): unknown => {
    if (type.startsWith("[]")) return [valueOfType(type.slice(2), depth)];
    if (type.startsWith("{}")) return { key: valueOfType(type.slice(2), depth) };
    const simple: Record<string, unknown> = { s: "a", i: 1, b: true, q: "1Gi", n: "http", any: { a: 1 } };
    return type in simple ? simple[type] : objectOf(type, depth + 1);
  };
  const objectOf = (name: string, depth: number): object =>
    Object.fromEntries(
      (depth > 6 ? [] : (types.get(name) ?? [])).map((one) => {
        const [field = "", type = ""] = one.split(":");
        return [field, valueOfType(type, depth)];
      }),
    );
  const volumes = [{ ...objectOf("Volume", 0), name: "v" }];
  const sidecar = {
    readinessProbe: objectOf("Probe", 0),
    lifecycle: objectOf("Lifecycle", 0),
    ports: [objectOf("ContainerPort", 0)],
  };
  const container = {
    securityContext: objectOf("SecurityContext", 0),
    env: [objectOf("EnvVar", 0)],
    computeResources: objectOf("ResourceRequirements", 0),
  };
  const document = task({
    steps: [{ image: "a", ...container }],
    sidecars: [{ image: "a", ...sidecar }],
    volumes,
  });
  expect(read(document).diagnostics).toEqual([]);
});

describe("empty is absent", () => {
  const full = run({
    params: [{ name: "p", value: "" }],
    serviceAccountName: "s",
    taskSpec: {
      params: [{ name: "p", type: "string", default: "" }],
      workspaces: [{ name: "w", mountPath: "/w" }],
      steps: [
        {
          name: "a",
          image: "i",
          script: "s",
          env: [{ name: "E", value: "v" }],
          when: [{ input: "", operator: "in", values: [""] }],
        },
      ],
      volumes: [{ name: "v", emptyDir: {} }],
    },
    workspaces: [{ name: "w", emptyDir: {} }],
  });
  const empties = [
    [["spec"], ["serviceAccountName", "status", "statusMessage"], ""],
    [["spec"], ["stepSpecs", "sidecarSpecs"], []],
    [["spec"], ["computeResources"], {}],
    [["metadata"], ["generateName", "namespace"], ""],
    [["metadata"], ["labels", "annotations"], {}],
    [["spec", "taskSpec"], ["description", "displayName"], ""],
    [["spec", "taskSpec"], ["results", "sidecars"], []],
    [
      ["spec", "taskSpec", "steps", 0],
      ["name", "workingDir", "onError", "imagePullPolicy", "displayName"],
      "",
    ],
    [
      ["spec", "taskSpec", "steps", 0],
      ["command", "args", "envFrom", "volumeMounts", "volumeDevices", "params", "results", "workspaces"],
      [],
    ],
    [["spec", "taskSpec", "steps", 0], ["computeResources"], {}],
    [["spec", "taskSpec", "params", 0], ["description"], ""],
    [["spec", "taskSpec", "params", 0], ["enum"], []],
    [["spec", "taskSpec", "workspaces", 0], ["mountPath", "description"], ""],
    [["spec", "workspaces", 0], ["subPath"], ""],
  ] as const;
  const cells = empties.flatMap(([path, fields, empty]) =>
    fields.flatMap(
      (field) =>
        [
          [path, field, empty],
          [path, field, null],
        ] as const,
    ),
  );

  test.each(cells)("%j %s: %j", (path, field, empty) => {
    const without = read(changed(full, path, field, undefined));
    const with_ = read(changed(full, path, field, empty));
    expect(with_.diagnostics).toEqual([]);
    expect(with_.documents.map(({ object }) => object)).toEqual(
      without.documents.map(({ object }) => object),
    );
  });

  test("in whatever fields, and as many of them as there are", () => {
    fc.assert(
      fc.property(fc.subarray(cells), (chosen) => {
        const bare = chosen.reduce<object>(
          (all, [path, field]) => changed(all, path, field, undefined),
          full,
        );
        const filled = chosen.reduce<object>(
          (all, [path, field, empty]) => changed(all, path, field, empty),
          full,
        );
        expect(read(filled).documents[0]?.object).toEqual(read(bare).documents[0]?.object);
      }),
    );
  });

  test("a default, a value and a volume that are empty are there", () => {
    expect(read(full).documents[0]?.object).toMatchObject({
      spec: {
        params: [{ name: "p", value: "" }],
        workspaces: [{ name: "w", emptyDir: {} }],
        taskSpec: {
          params: [{ default: "" }],
          volumes: [{ emptyDir: {} }],
          steps: [{ when: [{ input: "", values: [""] }] }],
        },
      },
    });
  });

  const changed = (
    document: object,
    path: readonly (string | number)[],
    field: string,
    value: unknown,
  ): object => {
    const copy = structuredClone(document) as Record<string, unknown>;
    const holder = path.reduce<Record<string, unknown>>(
      (at, part) => at[part] as Record<string, unknown>,
      copy,
    );
    if (value === undefined) delete holder[field];
    else holder[field] = value;
    return copy;
  };
});

test.each([
  ["..", false],
  ["../x", false],
  ["a/b", false],
  ["", false],
  [".", false],
  ["a b", false],
  ["..data", false],
  ["x".repeat(254), false],
  ["a..b", true],
  [".a", true],
  ["A-1_b.c", true],
] as const)("a key %j of a ConfigMap or a Secret is refused at its place, or taken (%s)", (key, fits) => {
  for (const [kind, field] of [
    ["ConfigMap", "data"],
    ["ConfigMap", "binaryData"],
    ["Secret", "data"],
    ["Secret", "stringData"],
  ] as const) {
    const { diagnostics } = read({
      apiVersion: "v1",
      kind,
      metadata: { name: "c" },
      [field]: { [key]: "YQ==" },
    });
    expect(diagnostics.map(({ code, place }) => [code, place?.line])).toEqual(fits ? [] : [["bad-name", 6]]);
  }
});

test.each<[value: unknown, read: unknown]>([
  [[1, 2], "[1,2]"],
  [["a", 1], '["a",1]'],
  [{ b: 1, a: [true] }, '{"a":[true],"b":1}'],
  [[["a"]], '[["a"]]'],
  [[12345678901234567890n], "[12345678901234567890]"],
  [
    [null, "a"],
    ["", "a"],
  ],
  [["a"], ["a"]],
  [[], []],
  [{}, {}],
])("a param's value %s is read as Tekton reads it", (value, expected) => {
  const { documents, diagnostics } = read(run({ params: [{ name: "p", value }] }));
  expect(documents[0]?.object).toMatchObject({ spec: { params: [{ value: expected }] } });
  expect(diagnostics.map(({ code }) => code)).toEqual(
    typeof expected === "string" ? ["rewritten-value"] : [],
  );
});

describe("what stands under a user's own keys has fields, too", () => {
  const declared = (properties: object) =>
    task({ params: [{ name: "p", properties }], steps: [{ image: "a" }] });
  test.each<[properties: object, code: string | undefined]>([
    [{ a: { type: "" } }, undefined],
    [{ a: {} }, undefined],
    [{ a: { typ: "string" } }, "unknown-field"],
    [{ a: [] }, "wrong-type"],
    [{ a: { type: "strin" } }, "wrong-value"],
  ])("%j: %s", (properties, code) => {
    expect(read(declared(properties)).diagnostics.map((one) => one.code)).toEqual(
      code === undefined ? [] : [code],
    );
  });
});

test.each(["", " ~", " null", ' ""'])(
  "a param's value that is left blank is an empty text: value:%s",
  (blank) => {
    const text = `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec:\n  taskRef: {name: t}\n  params:\n    - name: p\n      value:${blank}\n`;
    const { documents, diagnostics } = load([{ path: "t.yaml", text }]);
    expect(diagnostics).toEqual([]);
    expect(documents[0]?.object).toMatchObject({ spec: { params: [{ name: "p", value: "" }] } });
    const without = load([{ path: "t.yaml", text: text.replace(/ {6}value.*\n/, "") }]);
    expect(without.diagnostics.map(({ code }) => code)).toEqual(["missing-field"]);
  },
);
