// Whatever the text, validate answers: with a place inside the text for everything it says of it, and never by throwing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnosticsText } from "../../injector/diagnostic-text.ts";
import { validate } from "../../injector/validate.ts";

const golden = join(import.meta.dirname, "../golden/errors");
const texts = readdirSync(golden).map((name) => readFileSync(join(golden, name, "input.yaml"), "utf8"));
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

test("any text at all", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(() => validate([{ path: "a.yaml", text }])).not.toThrow();
    }),
  );
});
