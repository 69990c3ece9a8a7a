// Diagnostics as people read them: the message, the place, the source line with a caret under it, the cure.

import type { Diagnostic, Place } from "./diagnostic.ts";

/** All of them, in the order of their places, blank lines between, with a closing line that counts. */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  options: { colour?: boolean } = {},
): string {
  const paint = options.colour === true ? painted : plain;
  const blocks = inOrder(diagnostics).map((one) => block(one, paint));
  const errors = diagnostics.filter((one) => one.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const counts = [counted(errors, "error"), counted(warnings, "warning")].filter((text) => text !== "");
  return [...blocks, ...(diagnostics.length > 1 ? [`${counts.join(", ")}\n`] : [])].join("\n");
}

/** File by file in the order of their first mention, top to bottom; those without a place last. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map((one) => one.place?.file ?? ""))];
  const rank = ({ place }: Diagnostic): readonly number[] =>
    place === undefined ? [files.length, 0, 0] : [files.indexOf(place.file), place.line, place.column];
  return diagnostics.toSorted((a, b) => compare(rank(a), rank(b)));
}

type Paint = (text: string, style: "error" | "warning" | "place" | "cure") => string;

const plain: Paint = (text) => text;
const STYLES = { error: "1;31", warning: "1;33", place: "2", cure: "36" } as const;
const painted: Paint = (text, style) => `\u001b[${STYLES[style]}m${text}\u001b[0m`;

function block(one: Diagnostic, paint: Paint): string {
  const head = `${paint(one.severity, one.severity)}[${one.code}]: ${one.message}`;
  const where = one.place === undefined ? [] : excerpt(one.place, paint, one.severity);
  const cure = one.cure === undefined ? [] : [`  ${paint("cure:", "cure")} ${one.cure}`];
  return [head, ...where, ...cure, ""].join("\n");
}

function excerpt(place: Place, paint: Paint, severity: Diagnostic["severity"]): string[] {
  const at = `  ${paint(`${place.file}:${place.line}:${place.column}`, "place")}`;
  if (place.text === undefined) return [at];
  const { text, column, length } = window(place.text, place.column, place.length ?? 1);
  const margin = `${place.line} | `;
  // A tab in front of the caret stays one, so that both lines are indented alike.
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  const caret = paint("^".repeat(length), severity);
  return [at, `  ${margin}${text}`, `  ${" ".repeat(margin.length)}${indent}${caret}`];
}

const WIDTH = 120;

/** A very long line is cut to the part around the place. */
function window(
  text: string,
  column: number,
  length: number,
): { text: string; column: number; length: number } {
  if (text.length <= WIDTH) return { text, column, length };
  const start = Math.max(0, Math.min(column - 1 - 20, text.length - WIDTH));
  const cut = text.slice(start, start + WIDTH);
  return {
    text: cut,
    column: column - start,
    length: Math.max(1, Math.min(length, WIDTH - (column - start) + 1)),
  };
}

const counted = (count: number, word: string): string =>
  count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`;

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
