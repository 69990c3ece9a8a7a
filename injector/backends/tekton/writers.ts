// Who writes a Task's result: the plan does not say, but a step that writes a file has to name it somewhere.

import { RESULTS_DIR } from "../../../entrypoint/protocol/index.ts";
import type { Plan, PlannedStep, PlannedTask } from "../../plan/model/plan.ts";
import { cannot } from "./cannot.ts";
import { textsOf } from "./texts.ts";

/** The one step that names the result's file. Throws UserError. */
export function writerOf(task: PlannedTask, result: string, plan: Plan): PlannedStep {
  requireNamed(task, result, plan);
  const [writer, second] = namersOf(task, result, plan);
  if (writer === undefined || second !== undefined)
    throw cannot(
      `${writer?.id} and ${second?.id} both name the file of the result ${result}, and only one step can have it`,
    );
  if (writer.results.some(({ name }) => name === result))
    throw cannot(`${writer.id} has a result ${result} of its own beside its Task's`);
  return writer;
}

/** A file that is going to be elsewhere has to be named by somebody. Throws UserError. */
export function requireNamed(task: PlannedTask, result: string, plan: Plan): void {
  if (namersOf(task, result, plan).length === 0)
    throw cannot(
      `no step of ${task.name} names the file of its result ${result}, so Tekton cannot be told who writes it`,
    );
}

function namersOf({ name }: PlannedTask, result: string, plan: Plan): readonly PlannedStep[] {
  const path = new RegExp(
    `${RESULTS_DIR}/${result.replaceAll(".", "\\.")}(?![A-Za-z0-9_-]|\\.[A-Za-z0-9_-])`,
  );
  return plan.steps.filter(
    (step) => step.task === name && textsOf(step, plan).some((text) => path.test(text)),
  );
}
