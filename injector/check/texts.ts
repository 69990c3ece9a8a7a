// The texts of a document that may hold references, each with its place.

import { type Cursor, within } from "./cursor.ts";

/** Every text in a tree with the cursor that points at it. */
export function* textsAt(cursor: Cursor, value: unknown): Generator<{ at: Cursor; text: string }> {
  if (typeof value === "string") {
    if (value.includes("$(")) yield { at: { ...cursor, text: value }, text: value };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* textsAt(within(cursor, index), item);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* textsAt(within(cursor, key), item);
  }
}
