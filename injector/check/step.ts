// One step: what it may say together, and what not.

import { listed } from "../diagnostics/nearest.ts";
import type { StepSpec } from "../documents/spec.ts";
import { stepFieldsWhere } from "../documents/step-fields.ts";
import { checkContainer } from "./container.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { checkDuration, checkOnError, checkWhen, STEP_ENDINGS } from "./fields.ts";
import { nameSyntax } from "./names.ts";

export function* checkStep(cursor: Cursor, step: StepSpec): Faults {
  yield* nameSyntax(within(cursor, "name"), "step", step.name);
  yield* checkContainer(cursor, step);
  if (step.ref === undefined) yield* checkInline(cursor, step);
  else yield* checkRef(cursor, step);
  yield* checkDuration(within(cursor, "timeout"), step.timeout);
  yield* checkOnError(within(cursor, "onError"), step.onError, STEP_ENDINGS);
  yield* checkWhen(within(cursor, "when"), step.when);
  yield* duplicates(within(cursor, "results"), step.results ?? [], "result");
  for (const [index, { name }] of (step.results ?? []).entries())
    yield* nameSyntax(within(cursor, "results", index, "name"), "result", name);
}

function* checkInline(cursor: Cursor, step: StepSpec): Faults {
  if (step.params !== undefined)
    yield fault(
      within(cursor, "params"),
      "params-without-ref",
      'a step has params only together with "ref"',
      "declare them as params of the Task",
      "key",
    );
}

/** A reference brings these along; the step cannot have its own. */
const FROM_REF = stepFieldsWhere(({ writer }) => writer === "action");
/** And these belong to a container, of which a Task has several. */
const NOT_FOR_TASK = stepFieldsWhere(({ ofTask }) => !ofTask);

function* checkRef(cursor: Cursor, step: StepSpec): Faults {
  const isTask = step.ref?.kind === "Task";
  const what = isTask ? "Task" : "StepAction";
  const forbidden = isTask ? NOT_FOR_TASK : FROM_REF;
  for (const field of forbidden.filter((name) => step[name] !== undefined))
    yield fault(
      within(cursor, field),
      "field-with-ref",
      `"${field}" comes from the ${what} that "ref" names`,
      `remove it here, or make it a param of the ${what}`,
      "key",
    );
  const { kind } = step.ref ?? {};
  if (kind !== undefined && kind !== "Task" && kind !== "StepAction")
    yield fault(
      within(cursor, "ref", "kind"),
      "wrong-value",
      `a step cannot refer to a ${kind}`,
      `use ${listed(["StepAction", "Task"])}`,
    );
  if (isTask && step.artifacts?.outputs !== undefined)
    yield fault(
      within(cursor, "artifacts", "outputs"),
      "field-with-ref",
      "the outputs of a Task as a step are those of its own steps",
      "remove them here",
      "key",
    );
  if (isTask && step.name === undefined)
    yield fault(
      cursor,
      "unnamed-task-step",
      "a Task as a step needs a name",
      'add "name: …": its steps are prefixed with it',
    );
}
