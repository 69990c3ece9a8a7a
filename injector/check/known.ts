// The fault of a reference that names nothing.

import type { Reference } from "../../entrypoint/protocol/index.ts";
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
    { text: reference.raw },
  );
}
