// Cures work: where a cure says how to change the text, the example of docs/errors.md is changed so, to the letter, and its
// mistake is gone.
import { expect, test } from "vitest";
import { isMap, isScalar, type Pair, parseAllDocuments, visit, type visitor, type YAMLMap } from "yaml";
import type { Diagnostic } from "../../injector/diagnostics/diagnostic.ts";
import { validateAll } from "../../injector/run/validate-all.ts";
import { textOf } from "./_page.ts";

const EXAMPLES = textOf("errors.md")
  .split(/^### /m)
  .slice(1)
  .map((text) => ({
    code: text.slice(0, text.indexOf("\n")),
    yaml: /```yaml\n(.*?)```/s.exec(text)?.[1],
    hasCommand: /```sh\nbaton /.test(text),
  }))
  .flatMap(({ code, yaml, hasCommand }) => (yaml === undefined || hasCommand ? [] : [{ code, yaml }]));

/** What a cure says, and what somebody does who follows it; the first that fits. */
const MOVES: readonly (readonly [RegExp, (mistake: Mistake, words: string) => string])[] = [
  [/^did you mean "([^"]+)"\?$/, replace],
  [/^quote it: ("[^"]+")$/, replace],
  [/^write it (?:as|like) "([^"<$]+)"/, replace],
  [/^write it as (\[first, second\])/, replace],
  [/^choose another value; there is "([^"]+)"/, replace],
  [/^use ((?:tekton\.dev|baton\.run)\/\w+) or /, replace],
  [/^set (apiVersion: \S+)$/, ({ text }, words) => text.replace(/^apiVersion: .*$/m, words)],
  [/^begin it with "(apiVersion[^"]+)"/, ({ text }, words) => `${words}\nkind: Task\n${text}`],
  [/^(?:remove it|remove one of them|keep one of them|remove (?:runAfter))\b/, remove],
  [/^add "([a-z][\w.]*): …"/i, add],
  [/^add a source, such as "(emptyDir): \{\}"/, add],
];

interface Mistake {
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

const changed = (text: string, { place, cure = "" }: Diagnostic): string | undefined => {
  if (place === undefined) return undefined;
  const before = text.split("\n").slice(0, place.line - 1);
  const at = before.join("\n").length + (before.length > 0 ? 1 : 0) + place.column - 1;
  for (const [words, move] of MOVES) {
    const found = words.exec(cure);
    if (found !== null) return move({ text, at, length: place.length ?? 1 }, found[1] ?? "");
  }
  return undefined;
};

const diagnose = async (text: string) =>
  (await validateAll([{ path: "example.yaml", text }], {}, {})).diagnostics;

const followed: string[] = [];

test.each(EXAMPLES)("$code", async ({ code, yaml }) => {
  const mistake = (await diagnose(yaml).catch(() => [])).find((one) => one.code === code);
  const text = mistake && changed(yaml, mistake);
  if (mistake === undefined || text === undefined) return;
  followed.push(code);
  const left = (await diagnose(text)).filter((one) => one.code === code);
  expect({ text, left }).toEqual({ text, left: [] });
});

test("many cures say what to change", () => {
  expect(followed.length).toBeGreaterThan(22);
});

function replace({ text, at, length }: Mistake, words: string): string {
  return text.slice(0, at) + words + text.slice(at + length);
}

/** Takes the field out whose key stands at the place. */
function remove({ text, at }: Mistake): string {
  return edited(text, {
    Map(_key, map) {
      const found = map.items.find((pair: Pair) => isScalar(pair.key) && pair.key.range?.[0] === at);
      if (found === undefined) return undefined;
      map.items.splice(map.items.indexOf(found), 1);
      return visit.BREAK;
    },
  });
}

/** To the map at the place, or to the map that is the value of the key at the place. */
function add({ text, at }: Mistake, field: string): string {
  return edited(text, {
    Map: (_key, map) => (map.range?.[0] === at ? addTo(map, field) : undefined),
    Pair: (_key, { key, value }) =>
      isScalar(key) && key.range?.[0] === at && isMap(value) ? addTo(value, field) : undefined,
  });
}

function addTo(map: YAMLMap, field: string): symbol {
  map.set(field, field === "emptyDir" ? {} : "x");
  return visit.BREAK;
}

function edited(text: string, visitor: visitor): string {
  const documents = parseAllDocuments(text, { uniqueKeys: false });
  for (const document of documents) visit(document, visitor);
  return documents.map(String).join("---\n").replaceAll("---\n---\n", "---\n");
}
