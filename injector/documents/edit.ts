// Changes values of YAML documents in their text: comments, quotes, octals and whatever else is not changed stay as
// they were written, byte for byte.

import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { type ParsedYaml, parseYaml, readYaml } from "./load/yaml.ts";
import { dataOf, keyOf } from "./load/yaml-data.ts";
import { printCompact, printDocument, printDocuments, printFlow } from "./print.ts";
import { isRaw } from "./raw.ts";
import type { Raw } from "./spec.ts";

export interface EditOptions {
  /** Lists of added fields stand on one line. */
  readonly compact?: boolean;
}

/** `change` gives for the data of each document what it is to be, or the very same. The text must be valid YAML. */
export function editYaml(
  text: string,
  change: (data: unknown) => unknown,
  { compact = false }: EditOptions = {},
): string {
  const parsed = parseYaml("", text);
  const before = dataIn(text);
  const after = before.map(change);
  const written = parsed.documents.filter((document) => dataOf(document).value !== null);
  const edits = written.flatMap((document, index) =>
    new Editor(parsed, document, compact).value(document.contents as Node, before[index], after[index]),
  );
  const edited = applied(text, edits.map(withEndsOf(text)));
  // A value that others share by an alias cannot be changed where it stands: then the documents are written anew.
  return isDeepStrictEqual(dataIn(edited), after) ? edited : printDocuments(after as readonly object[]);
}

/** A text whose lines end as in Windows gets lines that do. */
const withEndsOf = (text: string): ((edit: Edit) => Edit) =>
  /\r\n/.test(text) && !/(?<!\r)\n/.test(text)
    ? (edit) => ({ ...edit, text: edit.text.replace(/(?<!\r)\n/g, "\r\n") })
    : (edit) => edit;

const dataIn = (text: string): readonly unknown[] => readYaml("", text).documents.map(({ data }) => data);

const isEmpty = (node: Node): boolean => isScalar(node) && node.range?.[0] === node.range?.[1];

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Of several at one place, the first comes first. */
function applied(text: string, edits: readonly Edit[]): string {
  const sorted = edits
    .map((edit, rank) => ({ ...edit, rank }))
    .sort((a, b) => b.start - a.start || b.rank - a.rank);
  return sorted.reduce(
    (all, { start, end, text: inner }) => all.slice(0, start) + inner + all.slice(end),
    text,
  );
}

class Editor {
  readonly #text: string;
  readonly #document: Document.Parsed;
  readonly #print: (content: object) => string;

  constructor({ source }: ParsedYaml, document: Document.Parsed, compact: boolean) {
    this.#print = compact ? printCompact : printDocument;
    this.#text = source.text;
    this.#document = document;
  }

  /** What makes `before`, which `node` says, into `after`. */
  value(node: Node, before: unknown, after: unknown): readonly Edit[] {
    if (isDeepStrictEqual(before, after)) return [];
    if (isMap(node) && isRaw(before) && isRaw(after) && Object.keys(before).every((name) => name in after))
      return this.#fields(node, before, after);
    if (isSeq(node) && Array.isArray(before) && Array.isArray(after)) {
      const edits = this.#items(node, before, after);
      if (edits !== undefined) return edits;
    }
    const [start = 0] = node.range ?? [];
    const end = this.#end(node);
    const newline = this.#text[end - 1] === "\n" ? "\n" : "";
    return [{ start, end, text: printFlow(after, this.#isJson()) + newline }];
  }

  #fields(node: YAMLMap, before: Raw, after: Raw): readonly Edit[] {
    const changed = Object.entries(after).filter(([name, value]) => !isDeepStrictEqual(before[name], value));
    const own = changed.map(([name, value]) => ({ name, value, pair: pairOf(node, name) }));
    const inPlace = own.flatMap(({ name, value, pair }) => {
      if (pair === undefined) return [];
      const node = pair.value as Node;
      return before[name] === undefined ? this.#filled(node, value) : this.value(node, before[name], value);
    });
    const added = own
      .filter(({ pair }) => pair === undefined)
      .map(({ name, value }) => [name, value] as const);
    return [...inPlace, ...this.#added(node, added)];
  }

  /** Where nothing stood, or null. */
  #filled(node: Node, value: unknown): readonly Edit[] {
    const [start = 0, end = start] = node.range ?? [];
    const space = /\s/.test(this.#text[start - 1] ?? "") ? "" : " ";
    return [{ start, end, text: space + printFlow(value, this.#isJson()) }];
  }

  #added(node: YAMLMap, fields: readonly (readonly [string, unknown])[]): readonly Edit[] {
    if (fields.length === 0) return [];
    const last = node.items.at(-1);
    if (node.flow === true || last === undefined) {
      const isJson = this.#isJson();
      const texts = fields.map(([name, value]) => `${printFlow(name, isJson)}: ${printFlow(value, isJson)}`);
      return [this.#inFlow(node, node.items, node.items.length, texts)];
    }
    return [this.#lines(last, this.#column(node), this.#print(Object.fromEntries(fields)))];
  }

  /** undefined where items went, or changed beside others that came. */
  #items(node: YAMLSeq, before: readonly unknown[], after: readonly unknown[]): readonly Edit[] | undefined {
    const { items } = node;
    if (before.length === after.length)
      return items.flatMap((item, index) => this.value(item as Node, before[index], after[index]));
    const runs = insertions(before, after);
    return runs?.map(({ at, added }) => {
      if (node.flow === true || items.length === 0)
        return this.#inFlow(
          node,
          items,
          at,
          added.map((one) => printFlow(one, this.#isJson())),
        );
      const column = this.#column(node);
      const text = printDocument(added);
      const start = node.range?.[0] ?? 0;
      if (at > 0) return this.#lines(items[at - 1], column, text);
      return { start, end: start, text: `${indented(text, column).trimStart()}${" ".repeat(column)}` };
    });
  }

  /** Between brackets, in front of the item `at`. */
  #inFlow(node: YAMLMap | YAMLSeq, items: readonly unknown[], at: number, texts: readonly string[]): Edit {
    const before = items[at - 1];
    const joined = texts.join(", ");
    if (before !== undefined) {
      const end = this.#end(before);
      return { start: end, end, text: `, ${joined}` };
    }
    const start = (node.range?.[0] ?? 0) + 1;
    return { start, end: start, text: items.length === 0 ? joined : `${joined}, ` };
  }

  /** Lines of their own, behind those of `after`. */
  #lines(after: unknown, column: number, text: string): Edit {
    const end = this.#end(after);
    const newline = this.#text[end - 1] === "\n" ? end - 1 : this.#text.indexOf("\n", end);
    const start = newline < 0 ? this.#text.length : newline + 1;
    const lines = indented(text, column);
    return { start, end: start, text: newline < 0 ? `\n${lines.replace(/\n$/, "")}` : lines };
  }

  /** Behind the last character that belongs to a node. */
  #end(node: unknown): number {
    if (isPair(node)) return this.#end(isNothing(node.value) ? node.key : node.value);
    if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0)
      return this.#end(node.items.at(-1));
    return (node as Node).range?.[1] ?? 0;
  }

  #column(node: Node): number {
    const [start = 0] = node.range ?? [];
    return start - (this.#text.lastIndexOf("\n", start - 1) + 1);
  }

  #isJson(): boolean {
    const { contents } = this.#document;
    const key = isMap(contents) && contents.flow === true ? contents.items[0]?.key : undefined;
    return isScalar(key) && key.type === "QUOTE_DOUBLE";
  }
}

/** The last one counts; what `<<` or an alias brings in is no pair of the map. */
const pairOf = (node: YAMLMap, name: string): Pair | undefined =>
  node.items.findLast(({ key }) => keyOf(key) === name);

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && isEmpty(node));

/** Where `after` has more than `before`, which it otherwise follows; undefined where it does not. */
function insertions(before: readonly unknown[], after: readonly unknown[]) {
  const runs: { at: number; added: unknown[] }[] = [];
  let at = 0;
  for (const one of after) {
    if (at < before.length && isDeepStrictEqual(one, before[at])) at += 1;
    else if (runs.at(-1)?.at === at) runs.at(-1)?.added.push(one);
    else runs.push({ at, added: [one] });
  }
  return at === before.length ? runs : undefined;
}

const indented = (text: string, column: number): string => text.replace(/^(?=.)/gm, " ".repeat(column));
