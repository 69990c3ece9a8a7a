// The words of a command that is written as one text, split as compose splits them (mattn/go-shellwords): quotes,
// backslashes, no variables and no globs.

const PIECE = /\\([\s\S])|"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|[^\s"'\\]+/g;
const WORD = new RegExp(`(?:${PIECE.source})+`, "g");

/** undefined where a quote is not closed. */
export function shellWords(line: string): readonly string[] | undefined {
  const words = line.match(WORD) ?? [];
  if (line.replace(WORD, "").trim() !== "") return undefined;
  return words.map((word) => word.replace(PIECE, inner));
}

/** A piece without what quotes it. */
function inner(piece: string, escaped?: string, double?: string, single?: string): string {
  return escaped ?? double?.replace(/\\([\s\S])/g, "$1") ?? single ?? piece;
}

/** Of `entrypoint` or `command`; undefined where the file does not say, or cannot be read. */
export function wordsIn(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string" ? shellWords(value) : undefined;
}
