// Faults of references: what they name is not there, or they cannot stand where they do.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import { type Cursor, type Faults, fault } from "./cursor.ts";

/** Fails where `name` is not among `there`; `missing` reads like "there is no param". */
export function* known(
  at: Cursor,
  reference: Reference,
  name: string,
  there: Iterable<string>,
  missing: string,
): Faults {
  const all = [...there];
  if (all.includes(name)) return;
  yield fault(
    at,
    "unknown-reference",
    `${reference.raw}: ${missing} "${name}"`,
    suggestion(name, all, all.length === 0 ? "remove it, or declare it" : "use one that is there"),
    textAt(at, reference.raw),
  );
}

export const wrongReference = (
  at: Cursor,
  { raw }: Pick<Reference, "raw">,
  problem: string,
  cure: string,
): Diagnostic => fault(at, "wrong-reference", `${raw}: ${problem}`, cure, textAt(at, raw));

/** Of a text that no shell reads. */
export const noVariable = (at: Cursor, reference: Pick<Reference, "raw">, word: string): Diagnostic =>
  wrongReference(
    at,
    reference,
    `there is no variable that begins with "${word}"`,
    "write the value; a variable of a shell has braces",
  );

/** The piece of the text at the cursor, and not one like it in front of it. */
export const textAt = ({ text = "", from = 0 }: Cursor, raw: string) => ({
  text: raw,
  before: text.slice(0, from).split(raw).length - 1,
});
