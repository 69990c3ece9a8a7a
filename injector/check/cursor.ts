// A place in a document while it is being checked, and how a fault is said about it.

import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LoadedDocument, Part, Path } from "../documents/load.ts";

export interface Cursor {
  readonly document: Pick<LoadedDocument, "place">;
  readonly path: Path;
  /** The text there, where references in it are being checked. */
  readonly text?: string;
  /** … and where in it. */
  readonly from?: number;
}

/** What a check yields, one after the other. */
export type Faults = Iterable<Diagnostic>;

export const within = (cursor: Cursor, ...parts: Path): Cursor => ({
  document: cursor.document,
  path: [...cursor.path, ...parts],
});

/** An error about the value at the cursor, the field itself (`"key"`), or a piece of its text. */
export function fault(
  cursor: Cursor,
  code: Code,
  message: string,
  cure: string,
  of: Part = "value",
): Diagnostic {
  return { code, severity: "error", message, place: cursor.document.place(cursor.path, of), cure };
}

/** The second and later items of one name. */
export function* duplicates(
  cursor: Cursor,
  items: readonly { readonly name?: string | undefined }[],
  what: string,
): Faults {
  const seen = new Set<string>();
  for (const [index, { name }] of items.entries()) {
    if (name !== undefined && seen.has(name))
      yield fault(
        within(cursor, index, "name"),
        "duplicate-name",
        `there are two ${what}s named "${name}"`,
        "rename one of them",
      );
    if (name !== undefined) seen.add(name);
  }
}
