// The schemas of record and events are valid and whole. That real runs are as they say: test/e2e/schemas.test.ts.
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { eventSchema, recordSchema } from "../../../injector/record/json-schema.ts";

test.each([recordSchema(), eventSchema()])("$title: valid, and every reference leads somewhere", (schema) => {
  const ajv = new Ajv2020();
  expect(ajv.validateSchema(schema)).toBe(true);
  expect(() => ajv.compile(schema)).not.toThrow();
});

test("an event of a kind that there is not is none", () => {
  const accepts = new Ajv2020().compile(eventSchema());
  const at = "2026-01-02T03:04:05.678Z";
  expect(accepts({ type: "notice", at, message: "x" })).toBe(true);
  expect(accepts({ type: "notice", at, message: "x", later: 1 })).toBe(true);
  for (const wrong of [
    { type: "nothing", at },
    { type: "notice", at: "today", message: "x" },
  ])
    expect(accepts(wrong)).toBe(false);
});
