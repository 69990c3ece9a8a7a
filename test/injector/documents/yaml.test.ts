// One reader and one writer: both are held against what Kubernetes' own reader says.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readYaml } from "../../../injector/documents/load/yaml.ts";
import { printDocument, printDocuments } from "../../../injector/documents/print.ts";
import { DOCUMENTS, SCALARS } from "./_yaml-cases.ts";

const read = (text: string): unknown => {
  const { documents, diagnostics } = readYaml("x.yaml", text);
  const refused = diagnostics.some(({ severity }) => severity === "error");
  return refused ? null : (documents[0]?.data ?? {});
};

/** Keys sorted, as Go prints maps; digits of large numbers as they are. */
const json = (value: unknown): string | null => {
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object") return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, one]) => `${JSON.stringify(key)}:${json(one)}`).join(",")}}`;
};

describe("a scalar is what Kubernetes takes it for", () => {
  test.each(SCALARS)("a: %s", (written, expected) => {
    const value = read(`a: ${written}`) as { readonly a?: unknown } | null;
    expect(value === null ? null : json(value.a ?? null)).toBe(expected);
  });
});

describe("a document is what Kubernetes takes it for", () => {
  test.each(DOCUMENTS)("%j", (text, expected) => {
    const value = read(text);
    expect(value === null ? null : json(value)).toBe(expected);
  });
});

test("what stands twice is told, and the last one counts", () => {
  const { documents, diagnostics } = readYaml("x.yaml", "a: 1\nb: {c: 1, c: 2}\na: 2\n");
  expect(documents[0]?.data).toEqual({ a: 2, b: { c: 2 } });
  expect(diagnostics.map(({ code, place }) => [code, place?.line, place?.column])).toEqual([
    ["duplicate-key", 2, 5],
    ["duplicate-key", 1, 1],
  ]);
});

test("the place of what is merged in is where it was written", () => {
  const [document] = readYaml("x.yaml", "m: &m {p: 1}\nz: {<<: [*m], q: 2}\non: x\n").documents;
  expect(document?.place(["z", "p"])).toMatchObject({ line: 1, column: 11 });
  expect(document?.place(["true"], "key")).toMatchObject({ line: 3, column: 1, length: 2 });
});

test.each(["\u2028", "\u2029", "\u0000", "\u001b", "\u007f", "\u0080"])(
  "%j is refused as it is, and read where it is escaped",
  (character) => {
    const [fault] = readYaml("x.yaml", `a: b\nc: "x${character}y"`).diagnostics;
    expect(fault).toMatchObject({ code: "yaml-syntax", place: { line: 2, column: 6 } });
    expect(read(printDocument({ c: `x${character}y` }))).toEqual({ c: `x${character}y` });
  },
);

test.each([
  ["maps", (depth: number) => Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}a:\n`).join("")],
  ["lists", (depth: number) => `a: ${"[".repeat(depth)}${"]".repeat(depth)}`],
])("%s nested 3,000 deep are refused in words", (_kind, nested) => {
  const { diagnostics } = readYaml("x.yaml", nested(3_000));
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["yaml-syntax", "this is not valid YAML: it is nested deeper than 1,000 levels"],
  ]);
});

describe("what is written reads back the same", () => {
  const piece = fc.constantFrom(
    ...["a", "y", "n", "on", "0", "1", "x", "_", "-", "+", ".", ":", "e", " ", "\t", "\n", "\r", "#", ","],
    ...["[", "]", "{", "}", "&", "*", "!", "|", ">", "'", '"', "%", "@", "`", "?", "~", "<", "=", "\\"],
    ...["\u0000", "\u001b", "\u007f", "\u0085", "\u00a0", "\u2028", "\u2029", "\ufeff", "é", "😀"],
    ...["0x", "0o", "0b", "2001-01-01", "1:30", "---", "...", " #", ": ", "- ", "<<", "null", ".inf"],
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const number = fc.oneof(fc.integer(), fc.double({ noDefaultInfinity: true, noNaN: true }));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: text },
      { weight: 1, arbitrary: fc.oneof(number, fc.boolean()) },
      { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.dictionary(text, tie("value"), { maxKeys: 3 }) },
    ),
  }));
  const documents = fc.array(fc.dictionary(text, value, { minKeys: 1, maxKeys: 3 }), {
    minLength: 1,
    maxLength: 2,
  });

  test("by Kubernetes' reader", () => {
    fc.assert(
      fc.property(documents, (given) => {
        const { documents: found, diagnostics } = readYaml("x.yaml", printDocuments(given));
        expect(diagnostics).toEqual([]);
        expect(found.map(({ data }) => json(data))).toEqual(given.map(json));
      }),
    );
  });

  test("by readers of YAML 1.2", () => {
    fc.assert(
      fc.property(documents, ([given = {}]) => {
        expect(json(parse(printDocument(given)))).toBe(json(given));
      }),
    );
  });

  test.each(SCALARS)("the text %j", (written) => {
    for (const found of [
      read(printDocument({ a: [written], [written]: 1 })),
      parse(printDocument({ a: [written], [written]: 1 })),
    ])
      expect(found).toEqual({ a: [written], [written]: 1 });
  });
});
