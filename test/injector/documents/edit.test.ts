// Values are changed in the text of YAML, and nothing else of it is.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editYaml } from "../../../injector/documents/edit.ts";
import { readYaml } from "../../../injector/documents/load/yaml.ts";
import { printDocument, printFlow } from "../../../injector/documents/print.ts";

const read = (text: string): unknown[] => readYaml("x.yaml", text).documents.map(({ data }) => data);

type Fields = Record<string, unknown>;
const with_ = (more: Fields) => (data: unknown) => ({ ...(data as Fields), ...more });

test.each<[name: string, text: string, more: Fields, expected: string]>([
  [
    "a field comes at the end",
    "a: 1 # one\nb:\n  c: 0400\n",
    { z: [1] },
    "a: 1 # one\nb:\n  c: 0400\nz:\n  - 1\n",
  ],
  ["the last line has no end", "a: 1", { z: 2 }, "a: 1\nz: 2"],
  ["a scalar keeps its comment", "a: 'x'   # why\nb: 2\n", { a: "y" }, 'a: "y"   # why\nb: 2\n'],
  ["a field of a map on one line", "{a: 1, b: [x]}\n", { z: "q w" }, '{a: 1, b: [x], z: "q w"}\n'],
  ["a field of JSON", '{"a": 1}', { z: ["x"] }, '{"a": 1, "z": ["x"]}'],
  ["an empty map", "{}\n", { z: 1 }, "{z: 1}\n"],
  ["null becomes a value", "a:\nb: ~ # none\n", { a: 1, b: [2] }, "a: 1\nb: [2] # none\n"],
  [
    "items before and behind",
    "l:\n  # first\n  - a\n  - b # last\n",
    { l: ["0", "a", "b", "c"] },
    'l:\n  # first\n  - "0"\n  - a\n  - b # last\n  - c\n',
  ],
  [
    "items of a list on one line",
    "l: [a, b,]\n",
    { l: ["0", "a", "1", "b", "c"] },
    'l: ["0", a, "1", b, c,]\n',
  ],
  ["an empty list", "l: []\n", { l: ["a"] }, "l: [a]\n"],
  ["behind a block of text", "a: |\n  one\n\n  two\nb: 1\n", { z: 1 }, "a: |\n  one\n\n  two\nb: 1\nz: 1\n"],
  ["behind a last block of text", "b: 1\na: |+\n  one\n\n", { z: 1 }, "b: 1\na: |+\n  one\n\nz: 1\n"],
  ["an alias becomes what it is to be", "a: &x [p]\nb: *x\n", { b: ["p", "q"] }, "a: &x [p]\nb: [p, q]\n"],
  [
    "what is merged in is said anew",
    "a: &x {p: 1}\nb:\n  <<: *x\n",
    { b: { p: 2 } },
    "a: &x {p: 1}\nb:\n  <<: *x\n  p: 2\n",
  ],
  ["what is shared is written out", "a: &x [p]\nb: *x\n", { a: ["p", "q"] }, "a:\n  - p\n  - q\nb:\n  - p\n"],
])("%s", (_name, text, more, expected) => {
  const [before] = read(text) as [Fields];
  const edited = editYaml(text, with_(more));
  expect(read(edited)).toEqual([{ ...before, ...more }]);
  expect(edited).toBe(expected);
});

test("only the documents that change are touched", () => {
  const text = "# one\na: 0o17\n---\n# nothing\n---\nb:   'x'\n...\n";
  expect(editYaml(text, (data) => data)).toBe(text);
  expect(editYaml(text, (data) => ("b" in (data as Fields) ? with_({ c: 1 })(data) : data))).toBe(
    "# one\na: 0o17\n---\n# nothing\n---\nb:   'x'\nc: 1\n...\n",
  );
});

describe("whatever the values are and however they are written", () => {
  const text = fc.constantFrom(
    "a",
    "y",
    "0",
    "x y",
    "",
    "two\nlines\n",
    "- x",
    "# no",
    "é",
    "a: b",
    "[",
    " x",
    "0o7",
  );
  const name = fc.constantFrom("a", "b", "c", "d", "on", "1");
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 3, arbitrary: fc.oneof(text, fc.integer(), fc.boolean()) },
      { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
      { weight: 2, arbitrary: fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }) },
    ),
  }));
  const fields = fc.dictionary(name, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
  const styles = fc.constantFrom(
    printDocument,
    (data: object) => `${printFlow(data, false)}\n`,
    (data: object) => `${printFlow(data, true)}\n`,
  );

  test("the text says what it is to say", () => {
    fc.assert(
      fc.property(fields, fields, fc.array(value, { maxLength: 2 }), styles, (before, more, items, print) => {
        const change = (data: unknown): unknown => grown(data, more, items);
        const after = change(before);
        expect(read(editYaml(print(before), change))).toEqual([after]);
      }),
    );
  });

  test("its comments stay", () => {
    fc.assert(
      fc.property(fields, fields, (before, more) => {
        const printed = printDocument(before).replace(/^(?=[a-z"1])/gm, "# why\n");
        const lines = editYaml(printed, with_(more)).split("\n");
        expect(lines.filter((line) => line === "# why").length).toBe(
          printed.split("\n").filter((line) => line === "# why").length,
        );
      }),
    );
  });

  /** Maps with `more` in them, lists with `items` around them, at every depth. */
  const grown = (data: unknown, more: Fields, items: readonly unknown[]): unknown => {
    if (Array.isArray(data)) return [...items, ...data, ...items];
    if (typeof data !== "object" || data === null) return data;
    const inner = Object.entries(data).map(([key, one]) => [key, grown(one, more, items)]);
    return { ...more, ...Object.fromEntries(inner) };
  };
});
