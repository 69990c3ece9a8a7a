// Validate: everything that is wrong with the given files, at once, without running anything.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { load, type SourceText } from "../documents/load.ts";
import { check } from "./check.ts";

/** Errors and warnings of `load` and `check`, in the order they were found. Pure. */
export function validate(files: readonly SourceText[]): readonly Diagnostic[] {
  const loaded = load(files);
  return [...loaded.diagnostics, ...check(loaded, { open: true })];
}
