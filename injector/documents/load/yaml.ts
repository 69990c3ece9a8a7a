// YAML text to plain data that remembers where each node was written, read as Kubernetes reads it.

import { type Document, LineCounter, parseAllDocuments, type YAMLParseError } from "yaml";
import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { type ParsedText, placeAt, placeOf, writtenAt } from "./locate.ts";
import type { YamlDocument } from "./path.ts";
import { readPlain } from "./plain-yaml.ts";
import { dataOf, TOO_DEEP } from "./yaml-data.ts";

export interface ReadYaml {
  readonly documents: readonly YamlDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads all documents of a file; what is no YAML is in `diagnostics`, and that document is left out. */
export function readYaml(file: string, text: string): ReadYaml {
  const plain = readPlain(text);
  if (plain === undefined) return readWhole(file, text);
  let whole: ReadYaml | undefined;
  const at = (index: number): YamlDocument => {
    whole ??= readWhole(file, text);
    return whole.documents[index] as YamlDocument;
  };
  const documents = plain.map(
    (data, index): YamlDocument => ({
      file,
      data: withoutNulls(data),
      blanks: onlyNulls(data),
      place: (path, of) => at(index).place(path, of),
      written: (path) => at(index).written(path),
    }),
  );
  return { documents, diagnostics: [] };
}

/** With every node, its place and its faults. */
export function readWhole(file: string, text: string): ReadYaml {
  const parsed = parseYaml(file, text);
  const strange = UNREADABLE.exec(text);
  if (strange !== null)
    return { documents: [], diagnostics: [unreadable(strange[0], placeAt(parsed.source, strange.index, 1))] };
  const read = parsed.documents.map((document) => readDocument(parsed.source, document));
  return {
    documents: read.flatMap(({ documents }) => documents),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

export interface ParsedYaml {
  readonly source: ParsedText;
  readonly documents: readonly Document.Parsed[];
}

/** The nodes of all documents. What a scalar means is for `dataOf`: here each is a text. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(withKubernetesBreaks(text), {
    lineCounter: lines,
    prettyErrors: false,
    schema: "failsafe",
    resolveKnownTags: false,
    uniqueKeys: false,
    keepSourceTokens: true,
  });
  return { source: { file, text, lines }, documents: Array.isArray(parsed) ? parsed : [] };
}

/** YAML 1.1 has more line breaks than YAML 1.2: each is one character here as well, so that no place moves. */
const withKubernetesBreaks = (text: string): string => text.replace(/\r(?!\n)|\u0085/g, "\n");

/** What Kubernetes' reader refuses, and the line breaks that it takes where no editor shows one. */
const UNREADABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u2028\u2029\ufffe\uffff]/;

function unreadable(character: string, place: Place): Diagnostic {
  const code = character.charCodeAt(0).toString(16).padStart(4, "0");
  return {
    code: "yaml-syntax",
    severity: "error",
    message: `this is not valid YAML: the character U+${code.toUpperCase()} cannot stand in it`,
    place,
    cure: `remove it, or write it as "\\u${code}" in double quotes`,
  };
}

/** The document; or what is wrong with it, which is nothing for an empty one. */
function readDocument(source: ParsedText, document: Document.Parsed): ReadYaml {
  const broken = ownErrors(document.errors).map((error) =>
    syntaxError(saidOf(error), placeAt(source, error.pos[0], 1)),
  );
  if (broken.length > 0) return { documents: [], diagnostics: broken };
  const { value, faults, overridden } = dataOf(document);
  const placeOfNode = ({ range }: { range?: readonly number[] | null }) =>
    placeAt(source, range?.[0] ?? 0, (range?.[1] ?? 1) - (range?.[0] ?? 0));
  if (faults.length > 0)
    return {
      documents: [],
      diagnostics: faults.map(({ message, node }) => syntaxError(message, placeOfNode(node))),
    };
  const documents = value === null ? [] : [located(source, document, value)];
  return { documents, diagnostics: overridden.map((node) => twice(placeOfNode(node))) };
}

/** What follows the first error of syntax is the parser having lost its way, and tells nothing. */
const ownErrors = (errors: readonly YAMLParseError[]): readonly YAMLParseError[] => errors.slice(0, 1);

/** The parser's own words, but for its stack. */
const saidOf = ({ message }: YAMLParseError): string => (/call stack/.test(message) ? TOO_DEEP : message);

const syntaxError = (message: string, place: Place): Diagnostic => ({
  code: "yaml-syntax",
  severity: "error",
  message: `this is not valid YAML: ${message.replace(/\.$/, "")}`,
  place,
  cure: "check the indentation, and the quotes and brackets before this place",
});

const twice = (place: Place): Diagnostic => ({
  code: "duplicate-key",
  severity: "warning",
  message: "this field stands twice in its map: the last one counts, as in Kubernetes",
  place,
  cure: "remove one of them",
});

function withoutNulls(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutNulls);
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNulls(value)]));
}

/** Fields that are null, within what they stand in; an item without any is an empty one. */
function onlyNulls(data: unknown): unknown {
  if (Array.isArray(data)) {
    const items = data.map(onlyNulls);
    return items.every((item) => item === undefined) ? undefined : items.map((item) => item ?? {});
  }
  if (typeof data !== "object" || data === null) return undefined;
  const entries = Object.entries(data).map(([key, value]) => [key, value === null ? null : onlyNulls(value)]);
  const left = entries.filter(([, value]) => value !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

const located = (source: ParsedText, document: Document.Parsed, data: unknown): YamlDocument => ({
  file: source.file,
  data: withoutNulls(data),
  blanks: onlyNulls(data),
  place: (path, of = "value") => placeOf(source, document, path, of),
  written: (path) => writtenAt(document, path),
});
