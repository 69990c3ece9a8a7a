// YAML text to plain data that remembers where each node was written. Reads as Kubernetes does: YAML 1.1 booleans
// (y and n excepted), octals and merge keys, but no timestamps, binaries or base-60 numbers.

import {
  type Document,
  isScalar,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  visit,
  type YAMLParseError,
} from "yaml";
import type { Diagnostic, Place } from "../diagnostic.ts";
import { type ParsedText, placeAt, placeOf, writtenAt } from "./locate.ts";

/** From the root of a document to a node: `["spec", "steps", 0, "image"]`. */
export type Path = readonly (string | number)[];

/** What is meant at a path: the value, its key, or a piece of the value's text. */
export type Part = "key" | "value" | { readonly text: string };

/** One YAML document: its data without nulls (absent and null mean the same), and the place of every node. */
export interface YamlDocument {
  readonly file: string;
  readonly data: unknown;
  /** Of what stands at `path`; of the deepest node that exists where `path` does not. */
  place(path: Path, of?: Part): Place;
  /** The scalar at `path` as it was written, quotes excluded. */
  written(path: Path): string | undefined;
}

/** Reads all documents of a file; what is no YAML is in `diagnostics`, and that document is left out. */
export function readYaml(
  file: string,
  text: string,
): { documents: YamlDocument[]; diagnostics: Diagnostic[] } {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.1",
    customTags: kubernetesTags,
  });
  const source: ParsedText = { file, text, lines };
  const diagnostics: Diagnostic[] = [];
  const documents: YamlDocument[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    for (const { message, pos } of ownErrors(document.errors))
      diagnostics.push(syntaxError(message, placeAt(source, pos[0], 1)));
    if (document.errors.length > 0 || document.contents === null) continue;
    const data = plainData(document);
    if (typeof data === "string") diagnostics.push(syntaxError(data, placeOf(source, document, [], "value")));
    else documents.push(located(source, document, data.value));
  }
  return { documents, diagnostics };
}

// --- Internal helpers ---

/** What follows the first error of syntax is the parser having lost its way, and tells nothing. */
function ownErrors(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const lost = errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  return lost < 0 ? errors : errors.slice(0, lost + 1);
}

const NOT_IN_KUBERNETES = /timestamp|binary|omap|pairs|set$/;

function kubernetesTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) =>
      typeof tag === "string" ||
      !(NOT_IN_KUBERNETES.test(tag.tag) || ("format" in tag && tag.format === "TIME")),
  );
  return kept.map((tag) => {
    if (typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:bool") return tag;
    const scalar = tag as ScalarTag;
    return { ...scalar, test: scalar.test?.test("true") ? TRUE : FALSE };
  });
}

const TRUE = /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/;
const FALSE = /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/;

const syntaxError = (message: string, place: Place): Diagnostic => ({
  code: "yaml-syntax",
  severity: "error",
  message: `this is not valid YAML: ${message.replace(/\.$/, "")}`,
  place,
  cure: "check the indentation, and the quotes and brackets before this place",
});

/** The data, or in words why an alias cannot be followed. */
function plainData(document: Document.Parsed): { readonly value: unknown } | string {
  // A key such as `on` or `1` is a name here, never a boolean or a number.
  visit(document, {
    Pair: (_key, pair: Pair) => {
      if (
        isScalar(pair.key) &&
        pair.key.source !== undefined &&
        /^(boolean|number)$/.test(typeof pair.key.value)
      )
        pair.key.value = pair.key.source;
    },
  });
  try {
    return { value: withoutNulls(document.toJS({ maxAliasCount: 1_000 })) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function withoutNulls(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutNulls);
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNulls(value)]));
}

const located = (source: ParsedText, document: Document.Parsed, data: unknown): YamlDocument => ({
  file: source.file,
  data,
  place: (path, of = "value") => placeOf(source, document, path, of),
  written: (path) => writtenAt(document, path),
});
