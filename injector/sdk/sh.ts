// Shell scripts in TypeScript: indentation falls away, and what a stranger controls cannot be pasted into the source.

import type { PathReference } from "./reference.ts";

/**
 * A script, without the indentation that its lines share and without the empty first and last line. Backslashes stay
 * as they are; write `\${` for the shell's own braces. Only paths and the author's own strings can be put in: a param
 * would be source code to the shell (`; rm -rf ~`), so give it as `env` and write `"$NAME"`.
 */
export function sh(
  text: TemplateStringsArray,
  ...values: readonly (string | number | PathReference)[]
): string {
  const lines = dedent(text.raw.map((part) => part.replaceAll("\\${", "${").replaceAll("\\`", "`")));
  return lines.map((part, index) => part + (index < values.length ? String(values[index]) : "")).join("");
}

/** The template's parts without the indentation of their lines; a value never counts as a line's beginning. */
function dedent(parts: readonly string[]): readonly string[] {
  const framed = parts[0]?.startsWith("\n") ?? false;
  if (!framed) return parts;
  const text = parts.join("\0");
  const body = text.slice(1).replace(/\n[ \t]*$/, "\n");
  const indents = body
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const shared = Math.min(...indents, body.length);
  return body
    .split("\n")
    .map((line) => (line.trim() === "" ? line.slice(Math.min(shared, line.length)) : line.slice(shared)))
    .join("\n")
    .split("\0");
}
