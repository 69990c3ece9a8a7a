import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { jsonSchema } from "../../../injector/documents/json-schema.ts";
import { load } from "../../../injector/documents/load.ts";

const ajv = new Ajv({ strict: false });
const accepts = ajv.compile(jsonSchema());

test("the schema is valid draft-07, and every reference in it leads somewhere", () => {
  expect(ajv.validateSchema(jsonSchema())).toBe(true);
  const names = Object.keys(jsonSchema()["definitions"] as object);
  const used = [...JSON.stringify(jsonSchema()).matchAll(/#\/definitions\/(\w+)/g)].map((match) => match[1]);
  expect(names).toEqual(expect.arrayContaining([...new Set(used)]));
});

const golden = join(import.meta.dirname, "../../golden/errors");
const SHAPES = [
  "unknown-field",
  "missing-field",
  "wrong-type",
  "not-an-object",
  "unknown-kind",
  "unknown-version",
];

test.each(readdirSync(golden))("it agrees with load on %s", (name) => {
  const text = readFileSync(join(golden, name, "input.yaml"), "utf8");
  for (const document of parseAllDocuments(text)) {
    const data = document.toJS();
    if (document.errors.length > 0 || !/^(tekton\.dev|baton\.run)\/v1/.test(data?.apiVersion)) continue;
    const { diagnostics } = load([{ path: name, text: JSON.stringify(data) }]);
    const isShape = diagnostics.some(
      ({ code, message }) => SHAPES.includes(code) || code === "unsupported-kind" || /operator/.test(message),
    );
    expect([name, data.kind, accepts(data)]).toEqual([name, data.kind, !isShape]);
  }
});

test("it says what fields are for", () => {
  const { step } = jsonSchema()["definitions"] as Record<string, { properties: Record<string, object> }>;
  expect(step?.properties["timeout"]).toMatchObject({
    type: "string",
    description: expect.stringContaining("How long"),
  });
});
