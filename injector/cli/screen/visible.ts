// What steps say and what things are called may hold characters that a terminal obeys. On a terminal they are shown as
// escapes; in files, in pipes and in JSON they are what they are.

import type { WriteStream } from "node:tty";

/** Controls but for tabs and newlines, and what turns the direction of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what colour.ts writes
const PAINTED = /(\u001b\[(?:0|1|2|3[1-6])m)/;

/** Nothing in it is obeyed. */
export const visible = (text: string): string => text.replace(OBEYED, escaped);

/** The same for every text in a tree of plain data. */
export function visibleTree<Tree>(tree: Tree): Tree {
  return shown(tree) as Tree;
}

/** From now on a terminal obeys no more than our own colours; `obeyed` writes what moves the cursor. */
export function guard(stream: WriteStream): void {
  const guarded: Guarded = stream;
  if (!stream.isTTY || guarded[OBEYED_WRITE] !== undefined) return;
  const write = stream.write.bind(stream);
  guarded[OBEYED_WRITE] = write;
  stream.write = ((chunk: Uint8Array | string, ...rest: never[]) =>
    write(typeof chunk === "string" ? paintedOnly(chunk) : chunk, ...rest)) as typeof stream.write;
}

export const obeyed = (stream: WriteStream, text: string): void =>
  void ((stream as Guarded)[OBEYED_WRITE] ?? stream.write.bind(stream))(text);

/** On the stream itself, because the program and its verbs are bundled apart. */
const OBEYED_WRITE = Symbol.for("baton.obeyed-write");

interface Guarded extends WriteStream {
  [OBEYED_WRITE]?: WriteStream["write"];
}

const paintedOnly = (text: string): string =>
  text
    .split(PAINTED)
    .map((part, at) => (at % 2 === 1 ? part : visible(part)))
    .join("");

const NAMES: Readonly<Record<string, string>> = {
  "\r": "\\r",
  "\u001b": "\\e",
  "\u0008": "\\b",
  "\u0007": "\\a",
};

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return NAMES[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

function shown(tree: unknown): unknown {
  if (typeof tree === "string") return visible(tree);
  if (Array.isArray(tree)) return tree.map(shown);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [visible(key), shown(value)]));
}
