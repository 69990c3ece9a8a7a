// A step that is a reference: whether its params and workspaces fit the StepAction or Task, and what it results in.

import type { Library } from "../documents/library.ts";
import { kindOfStepRef } from "../documents/refs.ts";
import type { StepSpec } from "../documents/spec.ts";
import { type Cursor, type Faults, within } from "./cursor.ts";
import { checkGiven } from "./params.ts";
import { asPassing, checkBound } from "./workspaces.ts";

/** The cursor is at the step. A reference that leads nowhere is said elsewhere. */
export function* checkStepRef(cursor: Cursor, step: StepSpec, library: Library): Faults {
  if (step.ref === undefined) return;
  const target = library.resolve(kindOfStepRef(step.ref), step.ref)?.object;
  if (target === undefined) return;
  const said = `${target.kind} "${target.metadata.name}"`;
  yield* checkGiven(target.spec.params, {
    list: within(cursor, "params"),
    owner: cursor,
    params: step.params ?? [],
    target: said,
    extra: "error",
  });
  if (target.kind !== "Task") return;
  yield* checkBound(cursor, step.workspaces, target.spec.workspaces, {
    target: said,
    open: false,
    cure: asPassing,
  });
}

/** Names of the results; undefined where the reference leads nowhere. */
export function resultsOfStep({ ref }: StepSpec, library: Library): ReadonlySet<string> | undefined {
  if (ref === undefined) return undefined;
  const spec = library.resolve(kindOfStepRef(ref), ref)?.object.spec;
  return spec === undefined ? undefined : new Set((spec.results ?? []).map(({ name }) => name));
}
