// A file that a step has left, as text.

import { readFile } from "node:fs/promises";

/** Undefined where nobody wrote it. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
