// Text that came in as a value (a param, a default, a result) stands beside text that its author wrote, and only in the
// latter do references mean something. So a value carries marks in place of the characters that begin a reference, and
// whoever hands the text on writes it in the language of who reads it next. The marks are halves of surrogate pairs, which
// no text has.

import { DOLLAR, type Literal, type Reference, scan } from "../../entrypoint/protocol/index.ts";

const MARKED_DOLLAR = "\udc24";
const MARKED_PARENTHESIS = "\udc28";
const MARKS = /[\udc24\udc28]/;

/** Which references in a value are references nevertheless: those that its author could write there. */
export type Live = (reference: Reference) => boolean;

export const nothingIsLive: Live = () => false;
export const everythingIsLive: Live = () => true;

/** A value of which nothing is looked into. A dollar in front of it is none of a reference, either. */
export const asData = (text: string): string =>
  text.replaceAll("$", MARKED_DOLLAR).replace(/^\(/, MARKED_PARENTHESIS);

/** What is left of an author's text that becomes a value. */
export const asDataUnless =
  (isLive: Live) =>
  (segment: Literal | Reference): string =>
    segment.kind === "literal" ? asData(segment.text) : isLive(segment) ? segment.raw : asData(segment.raw);

/** For whoever looks for no reference. */
export const plainText = (text: string): string =>
  MARKS.test(text) ? text.replaceAll(MARKED_DOLLAR, "$").replaceAll(MARKED_PARENTHESIS, "(") : text;

export const plainTree = <Tree>(tree: Tree): Tree => inTexts(tree, plainText);

/** For the entrypoint, which replaces references: what only looks like one begins with `$(context.dollar)`. */
export function forEntrypoint(text: string, answers: Live = isAnswered): string {
  if (!MARKS.test(text)) return text;
  const hidden = startsOfData(text, answers);
  return pieces(text, (at, letter) => (hidden.has(at) ? DOLLAR : letter));
}

/** For a kubelet, which expands `$(NAME)` and `$$`; then for the entrypoint, or for a command itself. */
export function asWord(text: string, answers: Live = isAnswered): string {
  if (!MARKS.test(text)) return text;
  const hidden = startsOfData(text, answers);
  const authors = authorsTokens(text);
  return pieces(text, (at, letter, next) => {
    if (letter !== "$" || authors.has(at)) return letter;
    if (hidden.has(at)) return DOLLAR;
    return next === "$" || next === "(" ? "$$" : "$";
  });
}

export const inTexts = <Tree>(tree: Tree, change: (text: string) => string): Tree =>
  changed(tree, change) as Tree;

/** What the entrypoint may replace. */
export const isAnswered: Live = ({ path: [root] }) =>
  root === "steps" || root === "tasks" || root === "context";

/** Where something that is data, at least in part, would be replaced. */
function startsOfData(text: string, answers: Live): ReadonlySet<number> {
  const starts = new Set<number>();
  let at = 0;
  for (const segment of scan(plainText(text))) {
    const length = segment.kind === "literal" ? segment.text.length : segment.raw.length;
    if (segment.kind === "reference" && answers(segment) && MARKS.test(text.slice(at, at + length)))
      starts.add(at);
    at += length;
  }
  return starts;
}

/** Places of the dollars by which the author means something, to a kubelet or to the entrypoint. */
function authorsTokens(text: string): ReadonlySet<number> {
  const places = new Set<number>();
  for (const { index, 0: token } of text.matchAll(/\$\$|\$\([^)\udc24\udc28]*\)/g)) {
    places.add(index);
    if (token === "$$") places.add(index + 1);
  }
  return places;
}

/** Letter by letter: marks and what they stand for are equally long. */
function pieces(text: string, write: (at: number, letter: string, next: string) => string): string {
  const plain = plainText(text);
  return Array.from({ length: plain.length }, (_, at) =>
    write(at, plain.charAt(at), plain.charAt(at + 1)),
  ).join("");
}

function changed(tree: unknown, change: (text: string) => string): unknown {
  if (typeof tree === "string") return change(tree);
  if (Array.isArray(tree)) return tree.map((item) => changed(item, change));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, changed(value, change)]));
}
