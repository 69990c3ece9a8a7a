// Records are read back as they were written.
import { expect, test } from "vitest";
import { parseRecord } from "../../../injector/provenance/parse-record.ts";
import { aRecord } from "./_record.ts";

test("a record is read back as it was written", () => {
  expect(parseRecord(JSON.stringify(aRecord()), "record.json")).toEqual(aRecord());
});

test.each([
  ["no JSON", "{"],
  ["null", "null"],
  ["another kind", JSON.stringify({ ...aRecord(), kind: "Task" })],
  ["of an older baton", JSON.stringify({ ...aRecord(), id: undefined })],
  ["with a digest that is none", JSON.stringify({ ...aRecord(), entrypoint: { sha256: 1 } })],
])("what is %s is no record", (_what, text) => {
  expect(() => parseRecord(text, "record.json")).toThrow("record.json is no record of a run");
});
