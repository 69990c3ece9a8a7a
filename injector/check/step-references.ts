// `$(steps.…)`: the step stands before, and has such a result.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Cursor, type Faults, fault } from "./cursor.ts";
import { known } from "./known.ts";

/** Steps that can be referred to, with their results where these are known. */
export type Steps = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** `parts` are the words after `steps`. */
export function* checkStepReference(
  at: Cursor,
  reference: Reference,
  parts: readonly string[],
  steps: Steps,
): Faults {
  const [step = "", field, ...rest] = parts;
  if (field === "exitCode" && rest[0] === "path") {
    const containers = [...steps.keys()].map((name) => `step-${name}`);
    yield* known(at, reference, step, containers, "there is no step");
  }
  if (field !== "results" || rest.length === 0) return;
  if (at.path.at(-1) === "script") {
    yield inScript(at, reference);
    return;
  }
  yield* known(at, reference, step, steps.keys(), "no step before this one is named");
  const results = steps.get(step);
  if (results === undefined) return;
  const name = rest.join(".");
  // The last word may be a key of an object result.
  if (!results.has(rest.slice(0, -1).join(".")))
    yield* known(at, reference, name, results, `step "${step}" has no result`);
}

/** Nobody replaces it there, in Tekton either: what a step results in would be run as shell. */
const inScript = (at: Cursor, reference: Reference): Diagnostic => ({
  ...fault(
    at,
    "reference-in-script",
    `${reference.raw}: results of steps are not put into scripts`,
    "pass it by an environment variable: add it to env, and use the variable in the script",
    { text: reference.raw },
  ),
  severity: "warning",
});
