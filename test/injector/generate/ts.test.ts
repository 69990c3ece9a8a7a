// YAML → TypeScript → the same objects: on what people write, and on whatever else there can be.
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readYaml } from "../../../injector/documents/load/yaml.ts";
import { generateTs } from "../../../injector/generate/ts.ts";
import { compile } from "../sdk/compile.ts";
import { documents } from "./documents.ts";
import { runModule } from "./run-module.ts";

const definitions = join(import.meta.dirname, "../../golden/sdk/definitions.yaml");

const bySource = (objects: readonly unknown[]): readonly string[] =>
  objects.map((object) => JSON.stringify(sorted(object))).sort();

test("what the SDK printed becomes the SDK's code again", async () => {
  const objects = parseAllDocuments(await readFile(definitions, "utf8")).map((document) => document.toJS());
  const source = generateTs(objects);
  await expect(source).toMatchFileSnapshot("../../golden/sdk/generated.ts.txt");
  expect(bySource(await runModule(source))).toEqual(bySource(objects));
  expect([...(await compile(source))]).toEqual([]);
});

const written = ["../../golden/plan", "../fixtures/catalog", "../../../examples"].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => join(import.meta.dirname, folder, file))
    // Examples have other files too: of compose, of a cluster's own objects.
    .filter((file) => /^apiVersion: (tekton|baton)\b/m.test(readFileSync(file, "utf8"))),
);

test.each(written)("%s becomes typed code without a type error", async (file) => {
  const objects = parseAllDocuments(await readFile(file, "utf8")).map((document) => document.toJS());
  const source = generateTs(objects);
  expect(source).toMatch(/define(Task|StepAction|Pipeline)/);
  expect(bySource(await runModule(source))).toEqual(bySource(objects));
  expect([...(await compile(source))]).toEqual([]);
});

test.each<[what: string, declared: string, given: string]>([
  ["a map without a type", "{name: p, properties: {a: {}}}", "{name: p, value: $(params.o[*])}"],
  ["a map by its default", "{name: p, default: {a: x}}", "{name: p, value: {a: b}}"],
  ["a truth value as a default", "{name: p, default: true}", "{name: p, value: $(tasks.make.results.t)}"],
  ["a number as a default", "{name: p, default: 5, type: string}", "{name: p, value: a}"],
  ["a list's result without [*]", "{name: p, type: array}", "{name: p, value: $(tasks.make.results.l)}"],
  ["a list where a text is declared", "{name: p}", "{name: p, value: [a, b]}"],
  [
    "a text where a map is declared",
    "{name: p, properties: {a: {}}}",
    "{name: p, value: $(tasks.make.results.t)}",
  ],
  ["a whole list where a text is declared", "{name: p}", "{name: p, value: '$(tasks.make.results.l[*])'}"],
])("%s becomes code without a type error, and the same documents again", async (_what, declared, given) => {
  const text = `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: takes}
spec:
  params: [${declared}]
  workspaces: [{name: w}]
  steps: [{name: s, image: i, command: [echo, $(params.p)]}]
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  params: [{name: o, properties: {a: {}}}]
  workspaces: [{name: w}]
  tasks:
    - name: make
      taskSpec:
        results: [{name: l, type: array}, {name: t}, {name: o, properties: {a: {}}}]
        steps: [{name: s, image: i, script: "true"}]
    - name: use
      taskRef: {name: takes}
      workspaces: [{name: w, workspace: w}]
      params: [${given}]
  results:
    - {name: texts, type: array, value: [$(tasks.make.results.t), x]}
    - {name: map, type: object, value: {a: $(tasks.make.results.t)}}
    - {name: whole, value: "$(tasks.make.results.o[*])"}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: unbound}
spec: {taskRef: {name: takes}}
`;
  const objects = readYaml("x.yaml", text).documents.map(({ data }) => data as object);
  const source = generateTs(objects);
  expect(bySource(await runModule(source))).toEqual(bySource(objects));
  expect([...(await compile(source))]).toEqual([]);
});

test("any documents survive the way to TypeScript and back", async () => {
  await fc.assert(
    fc.asyncProperty(documents, async (objects) => {
      expect(bySource(await runModule(generateTs(objects)))).toEqual(bySource(objects));
    }),
    { numRuns: 200 },
  );
});

/** Field order is the SDK's own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
