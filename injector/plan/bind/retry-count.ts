// `$(context.task.retry-count)`: the attempts of a Task are played in one pod, so only the entrypoint knows which one it is.
// It answers in what it hands to the command; everything else of the pod is there once, and says what the first attempt is.

import type { Reference } from "../../../entrypoint/protocol/index.ts";
import type { StepSpec } from "../../documents/spec.ts";
import { stepField } from "../../documents/step-fields.ts";
import { type Lookup, referencesTo, substituteDeep } from "../../substitute/text.ts";

/** Fields of a step in which the entrypoint answers. */
const isAtTurn = (field: string): boolean => stepField(field)?.answered === "turn";

const PATH = ["context", "task", "retry-count"].join(".");

export const isCount = ({ path }: Reference): boolean => path.join(".") === PATH;

export const firstAttempt: Lookup = (reference) => (isCount(reference) ? "0" : undefined);

/** The step with the count left only where the entrypoint answers; a step that runs once, after all attempts, has none. */
export const countedAtTurn = (spec: StepSpec, always: boolean): StepSpec =>
  asksForCount(spec)
    ? (Object.fromEntries(
        Object.entries(spec).map(([field, value]) =>
          isAtTurn(field) && !always ? [field, value] : [field, substituteDeep(value, firstAttempt)],
        ),
      ) as StepSpec)
    : spec;

export const asksForCount = (tree: unknown): boolean => referencesTo("context", tree).some(isCount);
