// Whose params a field speaks of: what a StepAction wrote refers to the action's, what the step wrote refers to its
// Task's. So each is bound by itself, and only then the two become one step.

import type { Reference } from "../../../entrypoint/protocol/index.ts";
import type { StepSpec } from "../../documents/spec.ts";
import { stepField } from "../../documents/step-fields.ts";
import type { ResolvedAction, ResolvedStep } from "../../resolve/resolved.ts";
import { paramLookup, paramValues } from "../../substitute/params.ts";
import { firstOf, type Lookup, referencesTo, substituteDeep } from "../../substitute/text.ts";
import { type Unanswered, unanswered, unansweredValue } from "../../substitute/unanswered.ts";
import { laterInStep } from "./settled.ts";

/** Told of what nobody answers, and where in the step. */
export type Report = (found: readonly Unanswered[], ...where: readonly (string | number)[]) => void;

/** The step with its references replaced, `lookup` being its Task's; action params go by Tekton's order. */
export function bindStep({ step, action }: OwnStep, lookup: Lookup, report: Report = () => {}): StepSpec {
  const own = bindFields(step, lookup, report);
  if (action === undefined) return own;
  for (const [at, { value }] of action.given.entries()) report(unansweredValue(value, lookup), "params", at);
  return { ...bindFields(action.fields, actionLookup(action, lookup), report), ...own };
}

type OwnStep = Extract<ResolvedStep, { kind: "step" }>;

function bindFields<Fields extends StepSpec>(fields: Fields, lookup: Lookup, report: Report): Fields {
  const bound = Object.entries(fields).map(([field, value]) => {
    if (stepField(field)?.answered === "never") return [field, value];
    report(unanswered(value, lookup), field);
    const known = substituteDeep(value, lookup);
    report(tooLate(field, known), field);
    return [field, known];
  });
  return Object.fromEntries(bound) as Fields;
}

/** What steps leave is known at a step's turn alone, whatever way the reference has come. */
function tooLate(field: string, value: unknown): readonly Unanswered[] {
  if (stepField(field)?.answered === "turn") return [];
  return referencesTo("steps", value)
    .filter(({ path }) => path[2] !== "exitCode")
    .map((reference) => ({
      path: [],
      reference,
      code: "wrong-reference",
      problem: `what steps leave is known at this step's turn, and its ${field} must be known before`,
      cure: "use it in command, args, env or when",
    }));
}

/** First the Task's values in what the step hands over, then what it hands over, then defaults. */
function actionLookup(action: ResolvedAction, task: Lookup): Lookup {
  const params = paramLookup(paramValues(action.declared, action.given, task, laterInStep, task));
  const isParam = ({ path: [room, kind] }: Reference) =>
    room === "params" || (room === "inputs" && kind === "params");
  return firstOf(params, (reference) => (isParam(reference) ? undefined : task(reference)));
}
