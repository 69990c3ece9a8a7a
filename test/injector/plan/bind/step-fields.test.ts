// Every field of a step, whoever wrote it: the step's references speak of its Task's params, the StepAction's of its own.
import { expect, test } from "vitest";
import type { StepSpec } from "../../../../injector/documents/spec.ts";
import { STEP_FIELDS, type StepFieldName } from "../../../../injector/documents/step-fields.ts";
import { bindStep } from "../../../../injector/plan/bind/step-fields.ts";
import { paramLookup } from "../../../../injector/substitute/params.ts";

const task = paramLookup(new Map([["p", "the Task's"]]));

const bound = (step: Partial<StepSpec>, fields: Partial<StepSpec>) =>
  bindStep(
    {
      kind: "step",
      step,
      action: { name: "a", declared: [], given: [{ name: "p", value: "its own" }], fields },
    },
    task,
  );

const sample = (field: StepFieldName) => ({ [field]: [{ inside: "$(params.p)" }] }) as Partial<StepSpec>;
const value = (text: string) => [{ inside: text }];

test.each(Object.entries(STEP_FIELDS))("%s", (name, { writer, answered }) => {
  const field = name as StepFieldName;
  const [tasks, own] = answered === "never" ? Array(2).fill("$(params.p)") : ["the Task's", "its own"];
  if (writer !== "action") expect(bound(sample(field), {})[field]).toEqual(value(tasks));
  if (writer !== "step") expect(bound({}, sample(field))[field]).toEqual(value(own));
  if (writer === "both") expect(bound(sample(field), sample(field))[field]).toEqual(value(tasks));
});
