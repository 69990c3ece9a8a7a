// Where a verb's text goes: standard output, or the file that -o names.

import { writeFileSync } from "node:fs";
import { mistake } from "../../diagnostics/diagnostic.ts";
import type { Terminal } from "../terminal.ts";

/** Throws UserError where the file cannot be written. */
export function writeText({ out }: Pick<Terminal, "out">, text: string, file: string | undefined): void {
  if (file === undefined) out.write(text);
  else writeFile(text, file);
}

/** Throws UserError where the file cannot be written. */
export const writeFile = (text: string, file: string): void =>
  writingTo(file, () => writeFileSync(file, text));

/** Does what writes `file`; throws UserError where it cannot. */
export function writingTo(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw mistake("file-unwritable", `cannot write ${file}: ${(error as Error).message}`, "check the folder");
  }
}
