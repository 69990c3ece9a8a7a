// `$(steps.…)`: the step stands before, and has such a result.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import type { Cursor, Faults } from "./cursor.ts";
import { known } from "./known.ts";

/** Steps that can be referred to, with their results where these are known. */
export type Steps = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** `parts` are the words after `steps`; their form has been looked at. */
export function* checkStepReference(
  at: Cursor,
  reference: Reference,
  [step = "", field, ...rest]: readonly string[],
  steps: Steps,
): Faults {
  if (field === "exitCode") {
    const containers = [...steps.keys()].map((name) => `step-${name}`);
    yield* known(at, reference, step, containers, "there is no step");
    return;
  }
  yield* known(at, reference, step, steps.keys(), "no step before this one is named");
  const results = steps.get(step);
  if (field !== "results" || results === undefined) return;
  // The last word may be a key of an object result.
  if (!results.has(rest.slice(0, -1).join(".")))
    yield* known(at, reference, rest.join("."), results, `step "${step}" has no result`);
}
