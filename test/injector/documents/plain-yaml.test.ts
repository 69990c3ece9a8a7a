// What is read without the parser is what the parser reads: in the files that there are, and in any others.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { readPlain } from "../../../injector/documents/load/plain-yaml.ts";
import { readWhole, readYaml } from "../../../injector/documents/load/yaml.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Whether it was read at all. */
function isAlike(text: string): boolean {
  if (readPlain(text) === undefined) return false;
  const whole = readWhole("file", text);
  expect(whole.diagnostics, text).toEqual([]);
  expect(
    readYaml("file", text).documents.map(({ data, blanks }) => [data, blanks]),
    text,
  ).toEqual(whole.documents.map(({ data, blanks }) => [data, blanks]));
  return true;
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name) && !name.includes("node_modules"))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));

test("files of this repository are read alike, and most of them without the parser", () => {
  const files = [...filesBelow("examples"), ...filesBelow("test")];
  const read = files.filter(isAlike);
  expect(read.length).toBeGreaterThan(files.length / 2);
});

const WORDS = [
  ...[
    "a",
    "true",
    "no",
    "Null",
    "~",
    "1",
    "007",
    "1.10",
    "1e3",
    "-1",
    "-c",
    "--flag",
    "0x1f",
    "1_000",
    ".5",
    ".inf",
  ],
  ...[
    "a b",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "#a",
    "- a",
    "-",
    "a,b",
    "[a",
    "{a}",
    "'",
    '"',
    "it's",
    "$(params.a)",
    "a\nb",
  ],
  ...[
    "http://a:80/b",
    "a:",
    ":a",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "?",
    "? a",
    "---",
    "...",
    "a ",
    " a",
    "é",
    "a\u00a0",
  ],
];
const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("a", "b c", "x/y", "1", "$(params.a)", "line\n", "two\n\n  lines\n"),
  },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })) },
);
const key = fc.constantFrom("a", "b", "name", "on", "y", "x.y/z-w", "A_1", "__proto__", "null");
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("data"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("data")), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)),
  ),
}));
const options = fc.record({
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
  lineWidth: fc.constantFrom(0, 20),
  singleQuote: fc.boolean(),
});
const document = fc
  .tuple(fc.array(fc.tuple(key, data), { minLength: 1, maxLength: 4 }), options)
  .map(([pairs, style]) => stringify(Object.fromEntries(pairs), style));

test("whatever is printed is read alike", () => {
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 3 }), (documents) => {
      isAlike(documents.join("---\n"));
    }),
  );
});

test("whatever lines stand in whatever order, they are read alike or not at all", () => {
  const line = fc
    .tuple(
      fc.constantFrom("", " ", "  ", "    ", "- ", "  - ", "-   ", "- - "),
      fc.constantFrom("", "a: ", "b: ", "c:", "x: |", "x: |-", "x: >", "a : ", "'q': ", "? "),
      fc.oneof(
        text,
        fc.constantFrom("[a, b]", "{a: b}", "[]", "{}", '"\\n"', "'a''b'", "[a, {b: [c]}]", "[a,", "a]"),
      ),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      isAlike(`${lines.join("\n")}\n`);
    }),
  );
});

test("places in what was read so are those of the parser", () => {
  const source = "a: 1\nb:\n  - c: word\n---\nd: [e, f]\n";
  expect(readPlain(source)).toBeDefined();
  const [, second] = readYaml("file", source).documents;
  const [, parsed] = readWhole("file", source).documents;
  expect(second?.place(["d", 1])).toEqual(parsed?.place(["d", 1]));
  expect(second?.written(["d", 0])).toBe("e");
});
