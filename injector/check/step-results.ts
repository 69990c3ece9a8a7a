// The results of a step that is a reference: those of its StepAction, or of its Task.

import type { Library } from "../library.ts";
import { kindOfStepRef } from "../refs.ts";
import type { ResultsOf } from "./task.ts";

/** Undefined where the reference leads nowhere; that is said elsewhere. */
export const resultsOfStep =
  (library: Library): ResultsOf =>
  ({ ref }) => {
    if (ref === undefined) return undefined;
    const spec = library.resolve(kindOfStepRef(ref), ref)?.object.spec;
    return spec === undefined ? undefined : new Set((spec.results ?? []).map(({ name }) => name));
  };
