// What steps say and what things are called may hold characters that a terminal obeys. On a terminal they are shown as
// escapes; in files, in pipes and in JSON they are what they are.

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

/** What is written to a terminal, with nothing in it that is obeyed but our own colours. */
export const paintedOnly = (text: string): string =>
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
