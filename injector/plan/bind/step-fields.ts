// Whose params a field speaks of: what a StepAction wrote refers to the action's, what the step wrote refers to its
// Task's. So each is bound by itself, and only then the two become one step.

import type { StepSpec } from "../../documents/spec.ts";
import { stepField } from "../../documents/step-fields.ts";
import type { ResolvedAction, ResolvedStep } from "../../resolve/resolved.ts";
import { paramLookup, paramValues } from "../../substitute/params.ts";
import { firstOf, type Lookup, substituteDeep } from "../../substitute/text.ts";
import { laterInStep } from "./settled.ts";

/** The step with its references replaced, `lookup` being its Task's; action params go by Tekton's order. */
export function bindStep({ step, action }: OwnStep, lookup: Lookup): StepSpec {
  const own = bindFields(step, lookup);
  return action === undefined ? own : { ...bindFields(action.fields, actionLookup(action, lookup)), ...own };
}

type OwnStep = Extract<ResolvedStep, { kind: "step" }>;

const bindFields = <Fields extends StepSpec>(fields: Fields, lookup: Lookup): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      stepField(field)?.answered === "never" ? value : substituteDeep(value, lookup),
    ]),
  ) as Fields;

/** First the Task's values in what the step hands over, then what it hands over, then defaults. */
function actionLookup(action: ResolvedAction, task: Lookup): Lookup {
  const params = paramLookup(paramValues(action.declared, action.given, task, laterInStep));
  return firstOf(params, (reference) => (reference.path[0] === "params" ? undefined : task(reference)));
}
