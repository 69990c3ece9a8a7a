// Where Task results are in one TaskRun, in which all Tasks share /tekton/results: what another step asks for becomes a
// result of the step that writes it; what the run hands out, a result of the TaskRun; the rest gets a name of its own.

import { soleReference } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import { namer } from "../../plan/model/names.ts";
import type { Plan, PlannedResult, PlannedStep, PlannedTask } from "../../plan/model/plan.ts";
import { formatReference, lateReferences } from "../../substitute/text.ts";
import { cannot } from "./cannot.ts";
import { conditionsIn } from "./conditions.ts";
import { ownerOf, resultIn, taskRunResults } from "./task-run-results.ts";
import { textsOf } from "./texts.ts";
import { requireNamed, writerOf } from "./writers.ts";

export interface StepResult {
  readonly step: PlannedStep;
  readonly name: string;
  readonly type: string;
}

export interface Places {
  /** `results` of the TaskRun's spec. */
  readonly declared: readonly Readonly<Record<string, unknown>>[];
  /** The step's result behind a Task's, where it is one. */
  stepResult(task: string, result: string): StepResult | undefined;
  /** File name in /tekton/results, where it is one. */
  fileName(task: string, result: string): string | undefined;
  /** Step results that the plan's step does not have by itself. */
  added(step: PlannedStep): readonly StepResult[];
}

const resultKey = (task: string, result: string): string => `${task}/${result}`;

/** Throws UserError where it is not known who writes what is asked for, or a result is made of several. */
export function places(plan: Plan): Places {
  const exported = taskRunResults(plan).map((result) => ({ result, of: sourceOf(result, plan) }));
  const asked = askedResults(
    plan,
    exported.map(({ of }) => of),
  );
  const all = plan.tasks.flatMap((task) =>
    task.results
      .filter((result) => ownerOf(result, plan.tasks)?.task === task)
      .map((result) => ({ task, result })),
  );
  const lifted = new Map<string, StepResult>();
  const written = new Map<string, StepResult>();
  const files = new Map<string, string>();
  const names = namer(exported.map(({ result }) => result.name));
  for (const { task, result } of all) {
    const key = resultKey(task.name, result.name);
    const from = liftedFrom(result, plan);
    if (from !== undefined) lifted.set(key, from);
    else if (asked.has(key))
      written.set(key, { step: writerOf(task, result.name, plan), name: result.name, type: result.type });
    else {
      const out = exported.find(({ of }) => of === key)?.result.name;
      if (out !== undefined && out !== result.name) requireNamed(task, result.name, plan);
      files.set(key, out ?? names.name(task.name, result.name));
    }
  }
  const steps = new Map([...lifted, ...written]);
  return {
    declared: exported.map(({ result, of }) => declaration(result, steps.get(of))),
    stepResult: (task, result) => steps.get(resultKey(task, result)),
    fileName: (task, result) => files.get(resultKey(task, result)),
    added: (step) => [...written.values()].filter((one) => one.step === step),
  };
}

/** A result of a step as later steps and the run's results name it. Tekton reads no dots in such a name. */
export function stepReference(
  { step, name }: StepResult,
  below: readonly string[] = [],
  index?: number | "*",
): string {
  if (name.includes("."))
    throw cannot(`${step.id} has the result ${name}, and Tekton reads no name with dots from another step`);
  return formatReference(["steps", nameInTekton(step), "results", name, ...below], index);
}

/** Tekton puts `step-` in front of it. */
export const nameInTekton = ({ id }: PlannedStep): string => id.replace(/^step-/, "");

function sourceOf({ name, type, value }: PlannedResult, { tasks }: Plan): string {
  const sole = typeof value === "string" ? soleReference(value) : undefined;
  const found = sole && typeof sole.index !== "number" ? resultIn(sole, tasks) : undefined;
  if (found === undefined || found.below.length > 0)
    throw cannot(`the result ${name} is more than one result of one Task, and Tekton hands out nothing else`);
  if (type === "object")
    throw cannot(`the result ${name} is an object, whose keys a TaskRun would have to declare`);
  return resultKey(found.task.name, found.result.name);
}

/** Results that need to be a step's: asked for by steps, or handed out twice. */
function askedResults(plan: Plan, exported: readonly string[]): ReadonlySet<string> {
  const texts = plan.steps.map((step) => [
    textsOf(step, plan),
    conditionsIn(step.flags.task_when),
    conditionsIn(step.flags.when_expressions),
  ]);
  const byStep = lateReferences(texts).flatMap((reference) => {
    const found = resultIn(reference, plan.tasks);
    return found === undefined ? [] : [resultKey(found.task.name, found.result.name)];
  });
  return new Set([...byStep, ...exported.filter((key, at) => exported.indexOf(key) !== at)]);
}

function liftedFrom({ from, type }: PlannedTask["results"][number], { steps }: Plan): StepResult | undefined {
  const [index, name] = from.path.split("/status/results/");
  const step = steps[Number(index)];
  return name === undefined || step === undefined ? undefined : { step, name, type };
}

const declaration = ({ name, type, description }: PlannedResult, from: StepResult | undefined) => ({
  name,
  ...(type === "string" ? {} : { type }),
  ...defined({ description }),
  ...(from === undefined ? {} : { value: stepReference(from) }),
});
