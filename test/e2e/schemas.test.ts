// Real runs are what the JSON Schemas of record and events say, with no field beyond.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { folder, ROOT } from "./_baton.ts";

const PIPELINE = `
apiVersion: baton.run/v1alpha1
kind: Pipeline
metadata: {name: all}
spec:
  params: [{name: who, type: array, default: [a, b]}]
  workspaces: [{name: data}]
  tasks:
    - name: make
      workspaces: [{name: data}]
      taskSpec:
        workspaces: [{name: data}]
        results: [{name: list, type: array}]
        steps:
          - name: write
            artifacts: {outputs: [{name: file, path: $(workspaces.data.path)/file}]}
            script: 'echo x > $(workspaces.data.path)/file; printf "[]" > $(results.list.path)'
          - {name: may-fail, onError: continue, script: exit 3}
    - name: retried
      retries: 1
      taskSpec: {steps: [{name: fail, script: 'echo >&2 no; exit 4'}]}
    - name: never
      runAfter: [retried]
      matrix: {params: [{name: x, value: [a]}]}
      taskSpec: {params: [{name: x}], steps: [{name: wait, script: 'true'}]}
`;

const schemaOf = (name: string): object =>
  strict(JSON.parse(readFileSync(join(ROOT, `dist/${name}.schema.json`), "utf8"))) as object;

/** No object has a field that its schema does not name. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const all = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return "properties" in all && all["type"] === "object" ? { ...all, additionalProperties: false } : all;
}

test("record and events", async () => {
  const { baton } = folder({ "all.yaml": PIPELINE });
  const words = ["run", "all.yaml", "-w", "name=data,emptyDir=", "--no-record"];
  const { code, stdout, stderr } = await baton(...words, "-o", "events");
  expect([code, stderr]).toEqual([4, stderr]);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const ajv = new Ajv2020({ allErrors: true });
  const isEvent = ajv.compile(schemaOf("events"));
  for (const event of events) expect([event, isEvent(event), isEvent.errors]).toEqual([event, true, null]);
  const isRecord = ajv.compile(schemaOf("record"));
  expect([isRecord(events.at(-1).record), isRecord.errors]).toEqual([true, null]);
  const kinds = ["runStarted", "stepStarted", "log", "stepFinished", "taskFinished", "runFinished"];
  expect([...new Set(events.map(({ type }) => type))]).toEqual(expect.arrayContaining(kinds));
});
