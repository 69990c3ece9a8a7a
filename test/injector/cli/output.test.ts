// `-o`: a format, or a file in the form of its ending; the same in every verb.
import { expect, test } from "vitest";
import { type OutputOptions, outputOf } from "../../../injector/cli/input/output.ts";

const FORMATS = ["text", "json", "events", "svg"] as const;

test.each<[OutputOptions, object]>([
  [{}, { format: "text" }],
  [{ o: "json" }, { format: "json" }],
  [{ o: "run.json" }, { format: "json", file: "run.json" }],
  [{ o: "out/run.SVG" }, { format: "svg", file: "out/run.SVG" }],
  [{ o: "run.ndjson" }, { format: "events", file: "run.ndjson" }],
  [{ o: "./run" }, { format: "text", file: "./run" }],
  [{ output: "run.json" }, { format: "json", file: "run.json" }],
  [{ output: "json" }, { format: "text", file: "json" }],
  [
    { o: "svg", output: "run" },
    { format: "svg", file: "run" },
  ],
])("%j", (flags, output) => {
  expect(outputOf(flags, FORMATS)).toEqual(output);
});

test("what is neither is a mistake with a cure", () => {
  expect(() => outputOf({ o: "jsno" }, FORMATS)).toThrow(/-o jsno/);
});
