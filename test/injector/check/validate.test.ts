// Whatever the text, validate answers: with a place inside the text for everything it says of it, and never by throwing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { validate } from "../../../injector/check/validate.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { diagnosticsText } from "../../../injector/diagnostics/text.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const golden = join(import.meta.dirname, "../../golden");
const texts = ["errors", "plan"].flatMap((folder) =>
  readdirSync(join(golden, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => readFileSync(join(golden, folder, file), "utf8")),
);
const PIECES = [
  "",
  " ",
  "\n",
  "  - ",
  "{",
  "}",
  "[",
  "]",
  ": ",
  "null",
  "0",
  "- x: {}\n",
  "&a ",
  "*a",
  "<<: ",
  '"',
  "|\n",
  "\t",
  "$(",
];

const spoilt = fc
  .record({
    text: fc.constantFrom(...texts),
    at: fc.nat(),
    length: fc.nat(12),
    piece: fc.constantFrom(...PIECES),
  })
  .map(({ text, at, length, piece }) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + length);
  });

test("a file that was spoilt somewhere", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(spoilt, (text) => {
      const diagnostics = validate([{ path: "a.yaml", text }]);
      const lines = text.split("\n").length;
      for (const { place, cure, message } of diagnostics) {
        expect(message).not.toMatch(/undefined|\[object/);
        expect(cure).toBeDefined();
        expect(place?.line).toBeGreaterThanOrEqual(1);
        expect(place?.line).toBeLessThanOrEqual(lines);
      }
      const shown = diagnosticsText(diagnostics);
      for (const { message } of diagnostics) expect(shown).toContain(message);
    }),
    { numRuns: 300 },
  );
});

test("what is not refused is planned", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(spoilt, (text) => {
      try {
        plan(resolve(load([{ path: "a.yaml", text }])));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { numRuns: 300 },
  );
});

test("any text at all", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(() => validate([{ path: "a.yaml", text }])).not.toThrow();
    }),
  );
});
