// Texts of a fused Task, with the names that things have in the TaskRun: results of other Tasks become results of steps,
// and paths lead to where the files are now.

import { DOLLAR, RESULTS_DIR, type Reference, STEPS_DIR, scan } from "../../../entrypoint/protocol/index.ts";
import { parseStepName } from "../../plan/model/keys.ts";
import type { Plan, PlannedContainer } from "../../plan/model/plan.ts";
import { formatReference } from "../../substitute/text.ts";
import { cannot } from "./cannot.ts";
import { nameInTekton, type Places, stepReference } from "./places.ts";
import { resultIn } from "./task-run-results.ts";

/** The text as a container of the TaskRun has it. */
export type Rewrite = (text: string, of: PlannedContainer) => string;

export function rewriting(plan: Plan, places: Places): Rewrite {
  return (text, of) =>
    scan(text)
      .map((segment) =>
        segment.kind === "literal"
          ? pathsIn(segment.text, of, plan, places)
          : referenceIn(segment, of, plan, places),
      )
      .join("");
}

const RESULT_PATH = new RegExp(`${RESULTS_DIR}/([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)`, "g");
const STEP_PATH = new RegExp(`${STEPS_DIR}/(?:step-([a-z0-9-]+)|([0-9]+))(?=/|$)`, "g");

const pathsIn = (text: string, { task }: PlannedContainer, plan: Plan, places: Places): string =>
  text
    .replace(RESULT_PATH, (path, result: string) => {
      const own = places.stepResult(task, result);
      const name = places.fileName(task, result);
      if (own !== undefined) return `${STEPS_DIR}/${own.step.id}/results/${own.name}`;
      return name === undefined ? path : `${RESULTS_DIR}/${name}`;
    })
    .replace(STEP_PATH, (path, name: string | undefined, position: string | undefined) => {
      const steps = plan.steps.filter((step) => step.task === task);
      const step = name === undefined ? steps[Number(position)] : steps.find((one) => one.name === name);
      return step === undefined ? path : `${STEPS_DIR}/${step.id}`;
    });

function referenceIn(
  reference: Reference,
  { id, task }: PlannedContainer,
  plan: Plan,
  places: Places,
): string {
  const [room, name = "", ...rest] = reference.path;
  if (room === "steps") {
    const step = plan.steps.find((one) => one.task === task && one.name === name);
    return step === undefined
      ? reference.raw
      : formatReference(["steps", nameInTekton(step), ...rest], reference.index);
  }
  if (room !== "tasks") return refusedIfReplaced(reference, id);
  const inner = stepOfOuter(reference, plan);
  if (inner !== undefined) return formatReference(["steps", inner, ...rest], reference.index);
  const found = resultIn(reference, plan.tasks);
  const from = found && places.stepResult(found.task.name, found.result.name);
  if (found === undefined || from === undefined)
    throw cannot(`${id} asks for ${reference.raw}, which no step of this TaskRun writes`);
  return stepReference(from, found.below, reference.index);
}

/** What the author wrote has been answered by now: what is left came in as a value, and Tekton has no way to escape it. */
function refusedIfReplaced({ path, raw }: Reference, id: string): string {
  const [room = ""] = path;
  if (!REPLACED.has(room) || path.join(".") === "context.task.retry-count") return raw;
  const text = raw === DOLLAR ? "a reference to a Task, a step or the context" : raw;
  throw cannot(`${id} is given text that looks like ${text}, into which Tekton would look again`);
}

const REPLACED = new Set(["context", "results", "step", "credentials", "artifacts"]);

/** A step of an outer Task, as its inner Tasks know it. */
function stepOfOuter({ path: [, name = ""] }: Reference, { steps }: Plan): string | undefined {
  const outer = parseStepName(name);
  const step = outer && steps.find((one) => one.task === outer.task && one.name === outer.step);
  return step && nameInTekton(step);
}
