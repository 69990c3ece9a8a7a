// Documents as YAML text: the one writer of everything that is printed. What it writes reads back the same in
// Kubernetes' reader and ours (YAML 1.1) and in compose's (1.2).

import { Document, isScalar, type Scalar, visit } from "yaml";
import { plainScalar } from "./load/yaml-scalars.ts";

/** One document for each object, separated by `---`. */
export const printDocuments = (documents: readonly object[]): string =>
  documents.map(printDocument).join("---\n");

/** In the order the fields have, without anchors and folded lines: what reviews well and never changes. */
export function printDocument(content: object): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === "string") node.type = styleOf(node.value);
    },
  });
  return document.toString({ lineWidth: 0, ...ON_ONE_LINE }).replace(UNSEEN, escaped);
}

/** The same with each list on one line. */
export function printCompact(content: object): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  const inList = new Set<unknown>();
  visit(document, {
    Seq: (_key, node) => {
      node.flow = true;
      for (const item of node.items) inList.add(item);
    },
    Scalar: (_key, node) => {
      if (typeof node.value !== "string") return;
      node.type = inList.has(node) && !WORD.test(node.value) ? "QUOTE_DOUBLE" : styleOf(node.value);
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, ...ON_ONE_LINE });
  return text.replace(UNSEEN, escaped);
}

/** A value on one line, as it stands between other ones; as JSON where those are JSON. */
export function printFlow(value: unknown, asJson: boolean): string {
  if (asJson) return JSON.stringify(value).replace(UNSEEN, escaped);
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_key, node) => {
      node.flow = true;
    },
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === "string")
        node.type = WORD.test(node.value) ? styleOf(node.value) : "QUOTE_DOUBLE";
    },
  });
  return document
    .toString({ lineWidth: 0, flowCollectionPadding: false, ...ON_ONE_LINE })
    .trimEnd()
    .replace(UNSEEN, escaped);
}

/** Between double quotes a line of nothing but blanks would be lost. */
const ON_ONE_LINE = { doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER };

/** What nothing between brackets mistakes for something else. */
const WORD = /^[A-Za-z0-9_./][A-Za-z0-9_./@-]*$/;

/** Plain means: unless the text has what YAML's syntax wants quoted. */
function styleOf(text: string): Scalar.Type {
  if (text.search(UNSEEN) >= 0) return "QUOTE_DOUBLE";
  if (text.includes("\n")) return isBlock(text) ? "BLOCK_LITERAL" : "QUOTE_DOUBLE";
  return typeof plainScalar(text) === "string" && !OTHER_READERS.test(text) ? "PLAIN" : "QUOTE_DOUBLE";
}

/** Lines that a block literal carries as they are: no blank at the end of one, nor before the first. */
const isBlock = (text: string): boolean =>
  text.split("\n").every((line, at) => !/[ \t]$/.test(line) && !(at === 0 && /^([ \t]|$)/.test(line)));

/** Hours and dates of YAML 1.1, its lone point, its merge key and its "default value". */
const OTHER_READERS =
  /^(?:[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?|[-+]?[0-9_]*\.[0-9_]*|<<|=)$/;

/** Characters that no reader takes as they are, that it takes for the end of a line, or that nobody sees. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Only texts in double quotes hold such characters. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
