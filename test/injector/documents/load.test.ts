// Reading YAML as Kubernetes does, v1beta1 as Tekton converts it, and places that are true.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../../injector/check/check.ts";
import { type LoadedDocument, load } from "../../../injector/documents/load.ts";

const HEAD = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n";
const read = (text: string) => load([{ path: "t.yaml", text }]);
const specOf = (text: string): unknown => {
  const { documents, diagnostics } = read(text);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const object = documents[0]?.object;
  return object !== undefined && "spec" in object ? object.spec : undefined;
};
const codes = (text: string) => read(text).diagnostics.map(({ code }) => code);

describe("scalars", () => {
  const readAs = (written: string): unknown =>
    (
      specOf(`${HEAD}  params: [{name: p, default: ${written}}]\n  steps: []\n`) as {
        params: { default: unknown }[];
      }
    ).params[0]?.default;

  test.each([
    ["5", "5"],
    ["yes", "true"],
    ["y", "true"],
    ["1234567890123456789", "1234567890123456789"],
    ["e5", "e5"],
    [".", "."],
    ["2001-12-14", "2001-12-14"],
    ["12:30:45", "12:30:45"],
    ["0644", "420"],
    ["1.10", "1.1"],
    ['"1.10"', "1.10"],
    ["[a, b]", ["a", "b"]],
    ["{k: v}", { k: "v" }],
  ])("%s", (written, value) => {
    expect(readAs(written)).toEqual(value);
  });

  test("keys are texts: what they were read as, spelt out", () => {
    expect(readAs("{on: a, 1: b, 0x10: c}")).toEqual({ true: "a", "1": "b", "16": "c" });
  });

  test("octal modes, merge keys and aliases", () => {
    const spec = specOf(
      `${HEAD}  volumes: [{name: v, configMap: {name: c, defaultMode: 0555}}]\n  steps:\n    - &one {name: a, image: alpine}\n    - {<<: *one, name: b}\n`,
    );
    expect(spec).toMatchObject({
      volumes: [{ configMap: { defaultMode: 0o555 } }],
      steps: [
        { name: "a", image: "alpine" },
        { name: "b", image: "alpine" },
      ],
    });
  });

  test("null is absent, and an empty document is none", () => {
    expect(specOf(`${HEAD}  params:\n  description: ~\n  steps: []\n---\n# nothing\n---\n`)).toEqual({
      steps: [],
    });
  });

  test("what YAML rewrites is warned of", () => {
    expect(
      codes(`${HEAD}  params: [{name: p, default: 1.10}, {name: q, default: 2}]\n  steps: []\n`),
    ).toEqual(["rewritten-value"]);
  });

  test("a bomb of aliases is refused", () => {
    const levels = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`);
    expect(codes(`l0: &l0 [x]\n${levels.join("\n")}\n`)).toEqual(["yaml-syntax"]);
  });
});

describe("documents", () => {
  test("JSON is YAML, and a List is its items", () => {
    const item = { apiVersion: "tekton.dev/v1", kind: "Task", metadata: { name: "a" }, spec: { steps: [] } };
    const list = { apiVersion: "v1", kind: "List", items: [item, { ...item, metadata: { name: "b" } }] };
    expect(read(JSON.stringify(list)).documents).toHaveLength(2);
  });

  test("ConfigMaps and Secrets hold base64 whatever they were written in", () => {
    const { documents } = read(
      `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: YQ==}\nstringData: {b: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: a}\nbinaryData: {b: Yg==}\n`,
    );
    expect(documents.map(({ object }) => "data" in object && object.data)).toEqual([
      { a: "YQ==", b: "Yg==" },
      { a: "YQ==", b: "Yg==" },
    ]);
  });

  test("a broken document does not make references to it unknown", () => {
    const broken = `${HEAD}  steps: [{imgae: x}]\n`;
    const run =
      "---\napiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: {taskRef: {name: t}}\n";
    expect(check(read(broken + run))).toEqual([]);
    expect(codes(broken + run)).toEqual(["unknown-field"]);
  });

  test("a document that is left out is not there to be referred to", () => {
    const foreign = `${HEAD.replace("tekton.dev", "example.dev")}  steps: []\n`;
    const run =
      "---\napiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: {taskRef: {name: t}}\n";
    expect(check(read(foreign + run)).map(({ code }) => code)).toEqual(["unknown-ref"]);
  });

  test.each([true, false])(
    "what is not found may be in a text that is no YAML (library: %s)",
    (inLibrary) => {
      const text = { path: "l.yaml", text: "a: [", library: inLibrary };
      const run = {
        path: "r.yaml",
        text: "apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: {taskRef: {name: t}}\n",
      };
      const loaded = load([text, run]);
      const said = [...loaded.diagnostics, ...check(loaded)];
      expect(said.map(({ code }) => code)).toEqual(["yaml-syntax"]);
    },
  );

  test("mistakes in a library count only where they are used", () => {
    const library = { path: "l.yaml", text: `${HEAD}  steps: [{imgae: x}]\n`, library: true };
    const run = (name: string) => ({
      path: "r.yaml",
      text: `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: {taskRef: {name: ${name}}}\n`,
    });
    expect(load([library, run("other")]).diagnostics).toEqual([]);
    expect(check(load([library, run("t")])).map(({ code }) => code)).toEqual(["unknown-field"]);
  });
});

test("v1beta1: what moved is moved, what never had an effect is dropped, the rest is named", () => {
  const beta = (kind: string, spec: string) =>
    `apiVersion: tekton.dev/v1beta1\nkind: ${kind}\nmetadata: {name: x}\nspec: ${spec}\n`;
  expect(
    specOf(
      beta(
        "PipelineRun",
        "{pipelineRef: {name: p, bundle: reg/b:1}, timeout: 1h, serviceAccountName: s, podTemplate: {schedulerName: b}, taskRunSpecs: [{pipelineTaskName: t, taskServiceAccountName: u, taskPodTemplate: {schedulerName: d}, stepOverrides: [{name: s, resources: {limits: {cpu: 1}}}]}]}",
      ),
    ),
  ).toEqual({
    pipelineRef: {
      resolver: "bundles",
      params: [
        { name: "bundle", value: "reg/b:1" },
        { name: "name", value: "p" },
        { name: "kind", value: "pipeline" },
      ],
    },
    timeouts: { pipeline: "1h" },
    taskRunTemplate: { serviceAccountName: "s", podTemplate: { schedulerName: "b" } },
    taskRunSpecs: [
      {
        pipelineTaskName: "t",
        serviceAccountName: "u",
        podTemplate: { schedulerName: "d" },
        stepSpecs: [{ name: "s", computeResources: { limits: { cpu: 1 } } }],
      },
    ],
  });
  expect(
    specOf(
      beta(
        "Task",
        "{steps: [{image: a, tty: true, resources: {limits: {}}}], sidecars: [{image: b, tty: true, resources: {}}]}",
      ),
    ),
  ).toEqual({
    steps: [{ image: "a", computeResources: { limits: {} } }],
    sidecars: [{ image: "b", name: "unnamed-0", tty: true }],
  });
  expect(codes(beta("Task", "{resources: {inputs: []}, steps: []}"))).toEqual(["unknown-field"]);
});

test("the place of every value is where its text stands, whatever stands around it", () => {
  const word = fc.stringMatching(/^[a-z]{1,7}x$/);
  const step = fc.record({ name: word, image: word, args: fc.array(word, { maxLength: 4 }) });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.nat(3),
      (steps, flow, blank) => {
        const list = flow
          ? ` ${JSON.stringify(steps)}\n`
          : `\n${steps.map((one) => `    -${block(one)}`).join("\n".repeat(blank + 1))}\n`;
        const text = `${HEAD}  steps:${list}`;
        const document = read(text).documents[0] as LoadedDocument;
        for (const [index, one] of steps.entries())
          for (const [path, value] of [
            [["image"], one.image],
            ...one.args.map((arg, at) => [["args", at], arg] as const),
          ] as const) {
            const { line, column, length = 0 } = document.place(["spec", "steps", index, ...path]);
            const there = (text.split("\n")[line - 1] ?? "").slice(column - 1, column - 1 + length);
            expect(there.replace(/"/g, "")).toBe(value);
          }
      },
    ),
  );
});

test("a compose file is told from a Task without its head", () => {
  const cures = (text: string) => read(text).diagnostics.map(({ cure }) => cure);
  expect(cures("services:\n  web: {image: nginx}\n")[0]).toContain("compose files");
  expect(cures("spec: {steps: []}\n")[0]).toContain("apiVersion");
});

test("every mistake of 5,000 lines is said", () => {
  const tasks = Array.from(
    { length: 500 },
    (_, at) =>
      `    - name: t${at}\n      runAfter: [${at === 0 ? "" : `t${at - 1}`}]\n      taskSpec:\n        steps:\n          - name: s\n            image: alpine\n            env:\n              - {name: A, value: $(params.x)}\n            script: |\n              echo ${at}\n`,
  );
  const text = `apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: big}\nspec:\n  tasks:\n${tasks.join("")}`;
  expect(text.split("\n").length).toBeGreaterThan(5_000);
  expect(check(read(text))).toHaveLength(500);
});

const block = (step: { name: string; image: string; args: readonly string[] }): string =>
  ` name: "${step.name}"\n      args: [${step.args.join(" ,  ")}]\n      image:   ${step.image} # note`;
