// The texts of a document that may hold references, each with its place and what it may speak of there.

import { type Accepts, acceptedAt } from "../documents/variable-fields.ts";
import type { Scope } from "../documents/variables.ts";
import { type Cursor, within } from "./cursor.ts";

export interface PlacedText {
  readonly at: Cursor;
  readonly text: string;
  readonly accepted: readonly Scope[] | "refused";
}

/** The texts of an object's fields in which references mean something, or are refused. The cursor is at the object. */
export function* textsIn(
  cursor: Cursor,
  holder: object,
  accepts: Readonly<Record<string, Accepts>>,
): Generator<PlacedText> {
  for (const [field, value] of Object.entries(holder)) {
    const own = Object.hasOwn(accepts, field) ? accepts[field] : undefined;
    if (own === undefined) continue;
    for (const { at, text } of textsAt(within(cursor, field), value)) {
      const accepted = acceptedAt(own, at.path.slice(cursor.path.length + 1));
      if (accepted !== undefined) yield { at, text, accepted };
    }
  }
}

/** Every text in a tree with the cursor that points at it. */
function* textsAt(cursor: Cursor, value: unknown): Generator<{ at: Cursor; text: string }> {
  if (typeof value === "string") {
    if (value.includes("$(")) yield { at: { ...cursor, text: value }, text: value };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* textsAt(within(cursor, index), item);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* textsAt(within(cursor, key), item);
  }
}
