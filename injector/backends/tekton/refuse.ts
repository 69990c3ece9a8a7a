// Looks over a plan for what Tekton's own entrypoint does not do, and says all of it at once.

import { ARTIFACTS_DIR, RESULTS_DIR } from "../../../entrypoint/protocol/index.ts";
import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import { stepField } from "../../documents/step-fields.ts";
import { outermost } from "../../plan/model/keys.ts";
import type { Plan, PlannedStep, PlannedTask } from "../../plan/model/plan.ts";
import { lateReferences, referencesTo } from "../../substitute/text.ts";
import { impossible } from "./cannot.ts";
import { textsOf } from "./texts.ts";
import { isAlone, isLostLimit } from "./timeouts.ts";

/** Throws UserError. */
export function refuse(plan: Plan): void {
  const all = [
    ...plan.tasks.flatMap((task) => ofTask(task, plan)),
    ...plan.steps.flatMap((step) => ofStep(step, plan)),
    ...ofDirectories(plan),
  ];
  if (all.length > 0)
    throw new UserError([...new Set(all)].map((message): Diagnostic => impossible(message)));
}

/** Fields of a container that a Tekton step has too, by the plan's names. */
const isOfTekton = (field: string): boolean =>
  field === "resources" || stepField(field)?.carrier === "container";

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
    ...(flags.artifacts === undefined
      ? []
      : [`${id} has artifacts, which Tekton does not hash, and does not verify`]),
    ...(["continueAndFail", "stopAndSucceed"].includes(flags.on_error ?? "")
      ? [`${id} has onError: ${flags.on_error}, which Tekton does not have`]
      : []),
    ...(isLostLimit(step, plan) ? [`${flags.task_name} has a timeout for several steps together`] : []),
    ...Object.keys(step.container)
      .filter((field) => !isOfTekton(field))
      .map((field) => `${id} has ${field}, which a step of tekton.dev/v1 does not`),
    ...referencesTo("steps", [step.command, step.args, step.env])
      .filter(({ path }) => path[2] === "outputs" && ["uri", "digest"].includes(path[4] ?? ""))
      .map(({ raw }) => `${id} asks for ${raw}, of which Tekton answers only the whole`),
    ...lateReferences([step.command, step.args, step.env, flags.task_when, flags.when_expressions])
      .filter(({ path }) => path[2] !== "results")
      .map(({ raw }) => `${id} asks for ${raw}, which Tekton answers only between pods`),
  ];
}

/** Directories that each fused Task has for itself here, and that a TaskRun has once. */
function ofDirectories(plan: Plan): string[] {
  const askers = (path: RegExp) =>
    plan.steps.filter((step) => textsOf(step, plan).some((text) => path.test(text)));
  const sharers = [...new Set(askers(ARTIFACTS).map(({ task }) => task))];
  const results = plan.tasks.length > 1 ? askers(ALL_RESULTS) : [];
  return [
    ...(sharers.length > 1
      ? [`${sharers.join(" and ")} all write ${ARTIFACTS_DIR}, which a TaskRun has once`]
      : []),
    ...results.map(
      ({ id }) => `${id} names ${RESULTS_DIR} as a whole, which a TaskRun has once for all Tasks`,
    ),
  ];
}

const ARTIFACTS = new RegExp(`${ARTIFACTS_DIR}(?![A-Za-z0-9_-])`);
const ALL_RESULTS = new RegExp(`${RESULTS_DIR}(?!/?[A-Za-z0-9_-])`);
