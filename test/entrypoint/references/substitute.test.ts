import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StepFault } from "../../../entrypoint/endings/fault.ts";
import { World } from "../../../entrypoint/hosts/memory.ts";
import { lookedInto, lookedTexts } from "../../../entrypoint/references/looked.ts";
import { stepReader } from "../../../entrypoint/references/step-references.ts";
import {
  type Reader,
  substituteEnvironment,
  substituteText,
  substituteWords,
} from "../../../entrypoint/references/substitute.ts";

function readerOf(results: Readonly<Record<string, string>>, provenance?: string): Reader {
  const host = new World().boot();
  const metadata = "/tekton/steps/step-s";
  host.makeDirectory(`${metadata}/results`);
  host.makeDirectory(`${metadata}/artifacts`);
  for (const [name, text] of Object.entries(results))
    host.publish(`${metadata}/results/${name}`, text, 0o644);
  if (provenance !== undefined) host.publish(`${metadata}/artifacts/provenance.json`, provenance, 0o644);
  return stepReader(host, {});
}

const results = {
  plain: "value\n",
  looksLikeJson: '["a"]',
  quoted: '"quoted"',
  list: '\n ["x", "y z", ""]',
  none: "[]",
  map: '{"key": "v", "a.b": "dotted", "deep": {"n": 1}}',
  "dotted.name": "dots",
  chained: "$(steps.s.results.plain)",
};
const read = readerOf(results);

test.each([
  ["$(steps.s.results.plain)", "value\n"],
  ["<$(steps.s.results.plain)>", "<value\n>"],
  ["$(steps.s.results.looksLikeJson)", '["a"]'],
  ["$(steps.s.results.quoted)", '"quoted"'],
  ["$(steps.s.results.list[1])", "y z"],
  ["$(steps.s.results.map.key)", "v"],
  ["$(steps.s.results.map['a.b'])", "dotted"],
  ["$(steps.s.results.map.deep)", '{"n":1}'],
  ["$(steps.s.results.dotted.name)", "dots"],
  ["$(steps['s'].results['dotted.name'])", "dots"],
  ["$(steps.s.results.chained)", "$(steps.s.results.plain)"],
  ["$(date) $$(x) $(params.p) $(tasks.t.results.r)", "$(date) $$(x) $(params.p) $(tasks.t.results.r)"],
  ["$(steps.s.exitCode.path)", "$(steps.s.exitCode.path)"],
])("%s becomes %j", (text, expected) => {
  expect(substituteText(text, read)).toBe(expected);
});

test.each([
  ["$(steps.s.results.list[*])", ["x", "y z", ""]],
  ["$(steps.s.results.none[*])", []],
])("%s alone becomes words", (word, expected) => {
  expect(substituteWords(["a", word, "b"], read)).toEqual(["a", ...expected, "b"]);
});

test.each([
  ["$(steps.s.results.missing)", "there is no result"],
  ["$(steps.other.results.plain)", "there is no result"],
  ["$(steps.s.results.list[3])", "3 items"],
  ["$(steps.s.results.plain[0])", "not JSON"],
  ["$(steps.s.results.map[0])", "not a JSON array"],
  ["$(steps.s.results.map.nokey)", 'no key "nokey"'],
  ["$(steps.s.results.list.key)", "not a JSON object"],
  ["x$(steps.s.results.list[*])", "is a list"],
  ["$(steps.s.outputs.image)", "there is no /tekton/steps/step-s/artifacts/provenance.json"],
])("%s is an error that says why", (text, why) => {
  expect(() => substituteText(text, read)).toThrowError(StepFault);
  expect(() => substituteWords([text], read)).toThrowError(why);
});

test("a list is an error in the environment, an entry without = is kept", () => {
  expect(() => substituteEnvironment(["A=$(steps.s.results.list[*])"], read)).toThrowError("is a list");
  expect(substituteEnvironment(["$(steps.s.results.list[*])", "A=$(steps.s.results.plain)=x"], read)).toEqual(
    ["$(steps.s.results.list[*])", "A=value\n=x"],
  );
});

describe("artifacts", () => {
  const values = [{ uri: "pkg:x", digest: { sha256: "ab" }, extra: 1 }];
  const provenance = JSON.stringify({ outputs: [{ name: "image", values }], inputs: [{ name: "source" }] });

  test("become the JSON list of their values, as Tekton writes it", () => {
    const reader = readerOf({}, provenance);
    expect(substituteText("$(steps.s.outputs.image)", reader)).toBe(
      '[{"digest":{"sha256":"ab"},"uri":"pkg:x"}]',
    );
    expect(substituteText("$(steps.s.inputs.source)", reader)).toBe("[]");
  });

  test.each([
    [provenance, 'no output "other"'],
    ["[", "not a JSON object"],
    ["null", "not a JSON object"],
  ])("of %s that are not there are named", (text, why) => {
    expect(() => substituteText("$(steps.s.outputs.other)", readerOf({}, text))).toThrowError(why);
  });
});

describe("whatever the pieces", () => {
  const piece = fc.oneof(
    fc.record({ literal: fc.string().filter((text) => !text.includes("$") && !text.includes("(")) }),
    fc.record({ value: fc.string({ unit: "grapheme" }) }),
  );

  test("values stand where their references stood, and nothing else changes", () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const texts = pieces.map((one, at) => ("value" in one ? `$(steps.s.results.r${at})` : one.literal));
        const files = pieces.flatMap((one, at) => ("value" in one ? [[`r${at}`, one.value]] : []));
        const reader = readerOf(Object.fromEntries(files));
        const expected = pieces.map((one) => ("value" in one ? one.value : one.literal)).join("");
        expect(substituteText(texts.join(""), reader)).toBe(expected);
      }),
    );
  });

  test("lists become exactly their items", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (items, more) => {
        const reader = readerOf({ a: JSON.stringify(items), b: JSON.stringify(more) });
        const words = ["$(steps.s.results.a[*])", "-", "$(steps.s.results.b[*])"];
        expect(substituteWords(words, reader)).toEqual([...items, "-", ...more]);
        for (const [at, item] of items.entries())
          expect(substituteText(`$(steps.s.results.a[${at}])`, reader)).toBe(item);
      }),
    );
  });
});

test("a dollar that stands for itself begins no reference, and nothing behind it is looked into", () => {
  expect(substituteText("$(context.dollar)(steps.s.results.plain)", read)).toBe("$(steps.s.results.plain)");
  expect(substituteText("$(context.dollar)(context.dollar)", read)).toBe("$(context.dollar)");
  expect(substituteWords(["$(context.dollar)"], read)).toEqual(["$"]);
  expect(substituteEnvironment(["A=$(context.dollar)(steps.s.results.no)"], read)).toEqual([
    "A=$(steps.s.results.no)",
  ]);
});

test("where -references names what may hold some, nothing else is looked into", () => {
  const looked = lookedInto({ references: JSON.stringify({ env: ["A"], words: [-1] }) });
  const text = "$(steps.s.results.plain)";
  expect(substituteWords(["image", text, text], read, looked)).toEqual([
    "image",
    text,
    ...substituteWords([text], read),
  ]);
  expect(substituteEnvironment([`A=${text}`, `B=${text}`, text], read, looked)).toEqual([
    ...substituteEnvironment([`A=${text}`], read),
    `B=${text}`,
    text,
  ]);
  expect(lookedTexts(looked, [text, "last"], ["A=a", "B=b", "odd"])).toEqual(["last", "A=a"]);
  for (const references of ["", "x", "[]", "{}", '{"env":[]}', '{"env":1,"words":[]}'])
    expect(() => lookedInto({ references })).toThrowError("-references is not JSON {env, words}");
});
