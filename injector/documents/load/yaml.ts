// YAML text to plain data that remembers where each node was written, read as Kubernetes reads it.

import {
  type Document,
  isScalar,
  LineCounter,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLParseError,
} from "yaml";
import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { type ParsedText, placeAt, placeOf, writtenAt } from "./locate.ts";
import type { Part, Path } from "./path.ts";
import { kubernetesTags } from "./yaml-tags.ts";

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
    uniqueKeys: isSameKey,
  });
  const source: ParsedText = { file, text, lines };
  const read = (Array.isArray(parsed) ? parsed : []).map((document) => readDocument(source, document));
  return {
    documents: read.flatMap((one) => ("file" in one ? one : [])),
    diagnostics: read.flatMap((one) => ("file" in one ? [] : one)),
  };
}

/** Keys are names: as written, `on` and `yes` differ. A map may merge several others. */
const isSameKey = (a: unknown, b: unknown): boolean =>
  isScalar(a) && isScalar(b) && a.source !== "<<" && (a.source ?? a.value) === (b.source ?? b.value);

/** The document; or what is wrong with it, which is nothing for an empty one. */
function readDocument(source: ParsedText, document: Document.Parsed): YamlDocument | Diagnostic[] {
  if (document.errors.length > 0)
    return ownErrors(document.errors).map(({ message, pos }) =>
      syntaxError(message, placeAt(source, pos[0], 1)),
    );
  const data = document.contents === null ? { value: null } : plainData(document);
  if (typeof data === "string") return [syntaxError(data, placeOf(source, document, [], "value"))];
  return data.value === null ? [] : located(source, document, data.value);
}

/** What follows the first error of syntax is the parser having lost its way, and tells nothing. */
function ownErrors(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const lost = errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  return lost < 0 ? errors : errors.slice(0, lost + 1);
}

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
