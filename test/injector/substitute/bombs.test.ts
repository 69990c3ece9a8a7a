// Texts that grow by being put into each other end in words, before they are made.
import { expect, test } from "vitest";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import type { ParamSpec } from "../../../injector/documents/spec.ts";
import { paramValues } from "../../../injector/substitute/params.ts";

const ten = (reference: string) => Array<string>(10).fill(reference);

test("a text of ten thousand million characters", () => {
  const specs = Array.from({ length: 10 }, (_, at) => ({
    name: `p${at}`,
    default: at === 0 ? "x".repeat(10) : ten(`$(params.p${at - 1})`).join(""),
  }));
  expect(() => paramValues(specs, [])).toThrow(UserError);
});

test("a list of ten thousand million items", () => {
  const specs: ParamSpec[] = Array.from({ length: 10 }, (_, at) => ({
    name: `p${at}`,
    type: "array",
    default: at === 0 ? ten("x") : ten(`$(params.p${at - 1}[*])`),
  }));
  expect(() => paramValues(specs, [])).toThrow("has more than 100000 items");
});
