// Everything of a step in which its author can name a file or a result.

import type { Plan, PlannedContainer } from "../../plan/model/plan.ts";
import { scriptOf } from "./scripts.ts";

export function textsOf(container: PlannedContainer, plan: Plan): readonly string[] {
  const script = scriptOf(container, plan);
  const words = script === undefined ? (container.command ?? []) : [script];
  const values = container.env.flatMap((variable) => ("value" in variable ? [variable.value] : []));
  return [...words, ...container.args, ...values];
}
