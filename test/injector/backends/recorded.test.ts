// A record of a step is what has its shape: a command that writes its own can break nothing but its own.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStatus } from "../../../injector/backends/recorded.ts";

const RECORD = {
  protocol: 1,
  step: "step-a",
  state: "failed",
  by: "command",
  exitCode: 3,
  attempt: 1,
  waitingSince: "2026-11-26T00:00:00.000Z",
};

test("a record is read as it is, without what no record has", () => {
  expect(parseStatus(JSON.stringify(RECORD))).toEqual(RECORD);
  expect(parseStatus(JSON.stringify({ ...RECORD, "$(id)": "x", __proto__: { x: 1 } }))).toEqual(RECORD);
});

test.each([
  ["state", 5],
  ["state", "toString"],
  ["attempt", "1"],
  ["attempt", 0],
  ["exitCode", 1e9],
  ["attempts", { length: 3 }],
  ["cause", "x"],
  ["artifacts", { outputs: [{ name: "x", uri: 5, digest: {} }] }],
  ["message", ["x"]],
  ["waitingSince", null],
])("with %s %j it is none", (field, value) => {
  expect(parseStatus(JSON.stringify({ ...RECORD, [field]: value }))).toBeUndefined();
});

test("no text breaks whoever reads it", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(parseStatus(text)).toBeUndefined();
    }),
  );
});

test("nesting of any depth is no record", () => {
  expect(parseStatus("[".repeat(100_000))).toBeUndefined();
  expect(
    parseStatus(`${JSON.stringify(RECORD).slice(0, -1)},"x":${"[".repeat(5000)}${"]".repeat(5000)}}`),
  ).toEqual(RECORD);
});
