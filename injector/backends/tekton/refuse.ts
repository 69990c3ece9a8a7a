// Looks over a plan for what Tekton's own entrypoint does not do, and says all of it at once.

import { type Diagnostic, UserError } from "../../diagnostic.ts";
import type { Plan, PlannedStep, PlannedTask } from "../../plan.ts";
import { lateReferences } from "../../substitute/text.ts";
import { impossible } from "./cannot.ts";
import { isAlone, isLostLimit, outermost } from "./timeouts.ts";

/** Throws UserError. */
export function refuse(plan: Plan): void {
  const all = [
    ...plan.tasks.flatMap((task) => ofTask(task, plan)),
    ...plan.steps.flatMap((step) => ofStep(step, plan)),
  ];
  if (all.length > 0)
    throw new UserError([...new Set(all)].map((message): Diagnostic => impossible(message)));
}

// --- Internal helpers ---

/** Fields of a container that a Tekton step has too, by the plan's names. */
const STEP_FIELDS = new Set(["resources", "imagePullPolicy", "securityContext", "volumeDevices"]);

function ofTask({ name, finally: always, retries, tolerated, steps }: PlannedTask, plan: Plan): string[] {
  const isWhole = isAlone(plan) && plan.tasks[0]?.name === name;
  return [
    ...(always
      ? [`${name} runs whatever became of the others (finally), and a TaskRun ends with its first failure`]
      : []),
    ...(retries > 0 && !isWhole ? [`${name} is retried, and a TaskRun can only be retried as a whole`] : []),
    ...(tolerated && steps.length > 1
      ? [`${name} may fail (onError: continue) and has several steps, of which Tekton would run the rest`]
      : []),
  ];
}

function ofStep(step: PlannedStep, plan: Plan): string[] {
  const { id, flags, needs } = step;
  const isCleaner = needs.some(
    ({ step: need, on }) =>
      on === "settled" && outermost(plan.steps[need]?.task ?? "") === outermost(step.task),
  );
  return [
    ...(isCleaner
      ? [`${id} runs whatever became of the steps before it, and a TaskRun ends with its first failure`]
      : []),
    ...(flags.retries === undefined ? [] : [`${id} is retried, and Tekton's steps are not`]),
    ...(["continueAndFail", "stopAndSucceed"].includes(flags.on_error ?? "")
      ? [`${id} has onError: ${flags.on_error}, which Tekton does not have`]
      : []),
    ...(isLostLimit(step, plan) ? [`${flags.task_name} has a timeout for several steps together`] : []),
    ...Object.keys(step.container)
      .filter((field) => !STEP_FIELDS.has(field))
      .map((field) => `${id} has ${field}, which a step of tekton.dev/v1 does not`),
    ...lateReferences([step.command, step.args, step.env, flags.task_when, flags.when_expressions])
      .filter(({ path }) => path[2] !== "results")
      .map(({ raw }) => `${id} asks for ${raw}, which Tekton answers only between pods`),
  ];
}
