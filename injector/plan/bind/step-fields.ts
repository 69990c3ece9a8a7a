// Which of a step's fields speak of whose params: what a StepAction wrote refers to the action's, what the step wrote
// refers to its Task's.

import type { StepSpec } from "../../documents/spec.ts";
import type { ResolvedStep } from "../../resolve/resolved.ts";
import { paramLookup, paramValues } from "../../substitute/params.ts";
import { firstOf, type Lookup, substituteDeep } from "../../substitute/text.ts";
import { laterInStep } from "./settled.ts";

/** Fields that come from the StepAction where a step refers to one (the step may not set them). */
const ACTION_FIELDS: ReadonlySet<string> = new Set([
  "image",
  "command",
  "args",
  "script",
  "env",
  "envFrom",
  "workingDir",
  "volumeMounts",
  "volumeDevices",
  "securityContext",
  "results",
]);

/** Names and order are never replaced. */
const FIXED_FIELDS: ReadonlySet<string> = new Set(["name", "ref", "params", "needs", "finally", "retries"]);

/** The step with its references replaced, `lookup` being its Task's; action params go by Tekton's order. */
export function bindStep(resolved: Extract<ResolvedStep, { kind: "step" }>, lookup: Lookup): StepSpec {
  const own = resolved.action === undefined ? lookup : actionLookup(resolved.action, lookup);
  const fields = Object.entries(resolved.step).map(([field, value]) => {
    if (FIXED_FIELDS.has(field)) return [field, value];
    return [field, substituteDeep(value, ACTION_FIELDS.has(field) ? own : lookup)];
  });
  return Object.fromEntries(fields) as StepSpec;
}

/** First the Task's values in what the step hands over, then what it hands over, then defaults. */
function actionLookup(
  action: NonNullable<Extract<ResolvedStep, { kind: "step" }>["action"]>,
  task: Lookup,
): Lookup {
  const params = paramLookup(paramValues(action.declared, action.given, task, laterInStep));
  return firstOf(params, (reference) => (reference.path[0] === "params" ? undefined : task(reference)));
}
