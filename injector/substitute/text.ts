// Replacing `$(…)` in text, lists and whole objects: one pass, left to right, what is put in is never read again.

import {
  type Literal,
  type Reference,
  referencesIn,
  scan,
  soleReference,
} from "../../entrypoint/protocol/index.ts";
import { mistake, type UserError } from "../diagnostics/diagnostic.ts";
import type { ParamValue } from "../documents/spec.ts";

/** What a reference stands for; undefined leaves it as it is written (it may be somebody else's, or the shell's). */
export type Lookup = (reference: Reference) => ParamValue | undefined;

/** Asks each in turn; the first that knows the reference answers. */
export const firstOf =
  (...lookups: readonly Lookup[]): Lookup =>
  (reference) => {
    for (const lookup of lookups) {
      const meaning = lookup(reference);
      if (meaning !== undefined) return meaning;
    }
    return undefined;
  };

/** What becomes of text around references, and of references that nobody knows. */
export type Rest = (segment: Literal | Reference) => string;

const asItIs: Rest = (segment) => (segment.kind === "literal" ? segment.text : segment.raw);

/** Text in, text out: an array or object cannot stand inside text, so such a reference stays. */
export function substituteText(text: string, lookup: Lookup, rest = asItIs): string {
  if (rest === asItIs && !text.includes("$(")) return text;
  let length = 0;
  const pieces = scan(text).map((segment) => {
    const meaning = segment.kind === "literal" ? undefined : lookup(segment);
    const piece = typeof meaning === "string" ? meaning : rest(segment);
    length += piece.length;
    if (length > LONGEST) throw tooLarge(text, `${LONGEST} characters`);
    return piece;
  });
  return pieces.join("");
}

/** Ten params that hold each other ten times over are more than any machine has. */
const LONGEST = 4 << 20;
const MOST_ITEMS = 100_000;

const tooLarge = (text: string, what: string): UserError =>
  mistake(
    "text-too-large",
    `what "${text.slice(0, 60)}${text.length > 60 ? "…" : ""}" stands for has more than ${what}`,
    "look for params whose values hold each other many times over",
  );

/**
 * Items of a list: an item that is exactly one reference to an array, `$(…[*])` or (as Tekton has it) without the
 * brackets, becomes as many items as the array has, none included.
 */
export function substituteList(items: readonly string[], lookup: Lookup, rest = asItIs): readonly string[] {
  const all: string[] = [];
  for (const item of items) {
    const sole = soleReference(item);
    const meaning = sole === undefined ? undefined : lookup(sole);
    const more = Array.isArray(meaning)
      ? (meaning as readonly string[])
      : [substituteText(item, lookup, rest)];
    if (all.length + more.length > MOST_ITEMS) throw tooLarge(item, `${MOST_ITEMS} items`);
    for (const one of more) all.push(one);
  }
  return all;
}

/** The value of a param: a reference alone, with `[*]` or without, takes the array or object as it is. */
export function substituteValue(value: ParamValue, lookup: Lookup, rest = asItIs): ParamValue {
  if (typeof value === "string") return wholeMeaning(value, lookup) ?? substituteText(value, lookup, rest);
  if (isList(value)) return substituteList(value, lookup, rest);
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, substituteText(text, lookup, rest)]),
  );
}

/** Every text in a tree of plain data; names of fields stay. Lists of text follow the rule of lists. */
export function substituteDeep<Tree>(tree: Tree, lookup: Lookup): Tree {
  return deep(tree, lookup) as Tree;
}

/** References to other Tasks (`$(tasks.…)`) anywhere in a tree of plain data. */
export const lateReferences = (tree: unknown): readonly Reference[] => referencesTo("tasks", tree);

/** References that begin with `room`, anywhere in a tree of plain data. */
export function referencesTo(room: string, tree: unknown): readonly Reference[] {
  const found: Reference[] = [];
  collect(room, tree, found);
  return found;
}

/** Into one list: large plans are searched many times. */
function collect(room: string, tree: unknown, found: Reference[]): void {
  if (typeof tree === "string") {
    if (!tree.includes(`$(${room}`)) return;
    for (const one of referencesIn(tree)) if (one.path[0] === room) found.push(one);
  } else if (typeof tree === "object" && tree !== null)
    for (const item of Object.values(tree)) collect(room, item, found);
}

/** Writes what `scan` reads: names that are no plain words go into brackets. */
export function formatReference(path: readonly string[], index?: number | "*"): string {
  const [first, ...rest] = path;
  const parts = rest.map((part) => (/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(part) ? `.${part}` : `['${part}']`));
  return `$(${first}${parts.join("")}${index === undefined ? "" : `[${index}]`})`;
}

export const isList = (value: ParamValue): value is readonly string[] => Array.isArray(value);

function wholeMeaning(text: string, lookup: Lookup): ParamValue | undefined {
  const sole = text.startsWith("$(") ? soleReference(text) : undefined;
  return sole && lookup(sole);
}

function deep(tree: unknown, lookup: Lookup): unknown {
  if (typeof tree === "string") return substituteText(tree, lookup);
  if (Array.isArray(tree)) {
    if (tree.every((item) => typeof item === "string")) return substituteList(tree, lookup);
    return tree.map((item) => deep(item, lookup));
  }
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, deep(value, lookup)]));
}
