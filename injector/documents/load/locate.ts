// From a path in a YAML document to the line and column where it is written.

import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLMap,
} from "yaml";
import type { Place } from "../../diagnostics/diagnostic.ts";
import type { Part, Path } from "./path.ts";
import { isMerge, keyOf } from "./yaml-data.ts";

/** A parsed file. */
export interface ParsedText {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** Of what stands at `path`; of the deepest node that exists where `path` does not. */
export function placeOf(parsed: ParsedText, document: Document.Parsed, path: Path, of: Part): Place {
  const { node, key } = follow(document, path);
  const [start, end] = (of === "key" && key !== undefined ? key : node).range ?? [0, 0];
  if (typeof of === "object") {
    const at = nthIndex(parsed.text.slice(start, end), of.text, of.before ?? 0);
    if (at >= 0) return placeAt(parsed, start + at, of.text.length);
  }
  const long = of === "value" && isCollection(node) && !node.flow;
  return placeAt(parsed, start, long ? undefined : end - start);
}

/** The last one there is, where there are fewer. */
function nthIndex(text: string, piece: string, before: number): number {
  let at = text.indexOf(piece);
  for (let count = 0; count < before; count++) {
    const next = text.indexOf(piece, at + 1);
    if (next < 0) return at;
    at = next;
  }
  return at;
}

/** The scalar at `path` as it was written, quotes excluded. */
export function writtenAt(document: Document.Parsed, path: Path): string | undefined {
  const { node, depth } = follow(document, path);
  return depth === path.length && isScalar(node) ? node.source : undefined;
}

/** `offset` and `length` in characters. */
export function placeAt(
  { file, text, lines }: ParsedText,
  offset: number,
  length: number | undefined,
): Place {
  const { line, col } = lines.linePos(offset);
  const start = offset - (col - 1);
  const newline = text.indexOf("\n", start);
  const source = text.slice(start, newline < 0 ? undefined : newline).replace(/\r$/, "");
  const place = { file, line, column: col, text: source };
  return length === undefined
    ? place
    : { ...place, length: Math.max(1, Math.min(length, source.length - col + 1)) };
}

interface Followed {
  readonly node: Node;
  /** Belongs to the last step that was possible, if that was a map's. */
  readonly key: Node | undefined;
  readonly depth: number;
}

/** Walks as far as `path` leads. */
function follow(document: Document.Parsed, path: Path): Followed {
  let here: Followed = { node: document.contents as Node, key: undefined, depth: 0 };
  for (const part of path) {
    const { node } = here;
    const next = child(isAlias(node) ? node.resolve(document) : node, part, document);
    if (next === undefined) break;
    here = { ...next, depth: here.depth + 1 };
  }
  return here;
}

function child(
  holder: Node | undefined,
  part: string | number,
  document: Document.Parsed,
): Omit<Followed, "depth"> | undefined {
  if (isSeq(holder)) {
    const item = typeof part === "number" ? holder.items[part] : undefined;
    return isNode(item) ? { node: item, key: undefined } : undefined;
  }
  if (!isMap(holder)) return undefined;
  const pair = holder.items.findLast((item) => keyOf(item.key) === part);
  if (pair === undefined) return merged(holder, part, document);
  return isNode(pair.value) ? { node: pair.value, key: isNode(pair.key) ? pair.key : undefined } : undefined;
}

/** What `<<` brought in. */
function merged(holder: YAMLMap, part: string | number, document: Document.Parsed) {
  const given = holder.items.filter(({ key }) => isMerge(key)).map(({ value }) => value);
  for (const one of given.flatMap((value) => (isSeq(value) ? value.items : [value]))) {
    const found = child(isAlias(one) ? one.resolve(document) : (one as Node), part, document);
    if (found !== undefined) return found;
  }
  return undefined;
}
