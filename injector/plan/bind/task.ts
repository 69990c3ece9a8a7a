// From a resolved Task to a unit: params valued, workspaces bound to volumes, every reference replaced that has an
// answer before the run. What is left in place is the entrypoint's: `$(steps.…)` and `$(tasks.…)`.

import type { ContextName } from "../../documents/contexts.ts";
import { defined } from "../../documents/defined.ts";
import type { StepSpec } from "../../documents/spec.ts";
import type { PodSettings, ResolvedRun, ResolvedStep, ResolvedTask } from "../../resolve/resolved.ts";
import { runLookup } from "../../resolve/run-values.ts";
import { type Context, contextLookup } from "../../substitute/context.ts";
import { forEntrypoint, inTexts, plainText, plainTree } from "../../substitute/data.ts";
import { paramLookup, paramValues } from "../../substitute/params.ts";
import { stepLookup, taskLookup } from "../../substitute/task.ts";
import { firstOf, type Lookup, substituteDeep, substituteText } from "../../substitute/text.ts";
import { unanswered, unansweredValue } from "../../substitute/unanswered.ts";
import { innerKey, leafKey, type TaskKey } from "../model/keys.ts";
import { type Places, taskPlaces } from "../model/places.ts";
import type { BoundWorkspace, Element, Leaf, Unit } from "../model/unit.ts";
import { artifactLookup, bindArtifacts, giversOf } from "./artifacts.ts";
import type { Faults } from "./faults.ts";
import { mergeContainer } from "./merge.ts";
import { countedAtTurn, firstAttempt } from "./retry-count.ts";
import { laterInTask, settledSidecar, settledStep } from "./settled.ts";
import { bindStep } from "./step-fields.ts";
import { innerResults, liftedResult, otherTasks, stepResults } from "./task-results.ts";
import { bindWorkspaces, handedDown, type Pieces, workspaceFacts } from "./workspaces.ts";

/** What a Task gets from around it: the run, or the Task it stands in. */
export interface Surroundings {
  readonly run: ResolvedRun;
  readonly places: Places;
  readonly key: TaskKey;
  /** Where it is one of a matrix, or in one. */
  readonly label?: string;
  readonly parents: readonly TaskKey[];
  readonly finally: boolean;
  readonly always: boolean;
  /** The Task around it is tried again, and with it this one. */
  readonly tried: boolean;
  /** Answers the references in what is handed to the Task: its params and `when`. */
  readonly outer: Lookup;
  /** The workspaces it may be given, by their names out there. */
  readonly pieces: Pieces;
  /** Of the Task of the run that it is, or is in. */
  readonly pod: PodSettings;
  readonly faults: Faults;
  /** Where it was written, as `ResolvedRun.place` has it. */
  readonly where: string;
}

export function bindTask(task: ResolvedTask, given: Surroundings): Unit {
  const tried = task.retries > 0 || (given.tried && !given.always);
  const { key, where, faults } = given;
  const { workspaces, params, facts } = knownOf(task, { ...given, tried });
  const pod = task.pod && boundPod(task.pod, given, paramLookup(params));
  const around = { ...given, tried, pod: pod ?? given.pod };
  const inner = new Set(task.spec.steps.flatMap((step) => (step.kind === "task" ? [step.name] : [])));
  const lookup = firstOf(paramLookup(params), facts, innerResults(key, inner), otherTasks(around.outer));
  const once = firstOf(firstAttempt, lookup);
  const answered = <Tree>(tree: Tree, by: Lookup, ...within: readonly string[]): Tree => {
    faults.unanswered(unanswered(tree, by), where, ...within);
    return substituteDeep(tree, by);
  };
  const template = answered(task.spec.stepTemplate, lookup, "spec", "stepTemplate");
  return {
    key,
    ...defined({ label: around.label }),
    parents: around.parents,
    ...(task.displayName === undefined
      ? {}
      : { displayName: plainText(substituteText(task.displayName, lookup)) }),
    finally: around.finally,
    always: around.always,
    elements: bindElements(task.spec.steps, { task, around, workspaces, lookup, template }),
    results: (task.spec.results ?? []).map((result) => liftedResult(result)),
    inputs: task.artifacts ?? [],
    workspaces,
    sidecars: answered(task.spec.sidecars ?? [], once, "spec", "sidecars").map(settledSidecar),
    volumes: plainTree(answered(task.spec.volumes ?? [], once, "spec", "volumes")),
    when: inTexts(answered(task.when, around.outer, "when"), forEntrypoint),
    params,
    retries: task.retries,
    ...defined({ timeout: task.timeout }),
    tolerated: task.onError === "continue",
    ...defined({ pod, computeResources: task.computeResources }),
  };
}

/** The pod of this Task alone: its own params come before those of the run. */
function boundPod(pod: PodSettings, { run, faults }: Surroundings, params: Lookup): PodSettings {
  const lookup = firstOf(params, runLookup(run.params, run.context));
  const { spec, env } = pod;
  faults.unanswered([...unanswered(spec, lookup), ...unanswered(env, lookup)], "taskRunSpecs");
  const bound = plainTree(substituteDeep({ spec, ...(env && { env }) }, lookup));
  return { ...pod, ...bound };
}

/** What the Task's texts may speak of: its workspaces, its params, and where it finds its own things. */
function knownOf(task: ResolvedTask, around: Surroundings) {
  const { key, places, where, faults, outer } = around;
  const context = contextLookup(contextOf(task, around));
  const declared = task.spec.params ?? [];
  // Where its workspaces are may hang on its params, and a given value may speak of where they are
  // (`value: $(workspaces.source.path)/x`), as in Tekton.
  const before = paramValues(declared, task.params, firstOf(outer, context), laterInTask, context);
  const workspaces = bindWorkspaces(task, {
    ...{ pieces: around.pieces, outer, faults, where },
    mounts: firstOf(paramLookup(before), context),
  });
  const facts = firstOf(taskLookup(taskPlaces(places, key), workspaceFacts(workspaces, places)), context);
  const params = paramValues(declared, task.params, firstOf(outer, facts), laterInTask, facts);
  const own = firstOf(paramLookup(params), facts);
  for (const [at, spec] of declared.entries()) {
    const value = params.get(spec.name);
    if (value !== undefined) faults.value(spec, value, where);
    const isDefault = spec.default !== undefined && !task.params.some(({ name }) => name === spec.name);
    if (isDefault)
      faults.unanswered(unansweredValue(spec.default, own), where, "spec", "params", at, "default");
  }
  return { workspaces, params, facts };
}

type InnerTask = Extract<ResolvedStep, { readonly kind: "task" }>;

interface Bind {
  readonly task: ResolvedTask;
  readonly around: Surroundings;
  readonly workspaces: readonly BoundWorkspace[];
  readonly lookup: Lookup;
  readonly template: ResolvedTask["spec"]["stepTemplate"];
}

/** One after the other: a step may be given what an earlier one leaves. */
function bindElements(steps: readonly ResolvedStep[], bind: Bind): readonly Element[] {
  const elements: Element[] = [];
  for (const [position, step] of steps.entries()) elements.push(bindElement(step, position, bind, elements));
  return elements;
}

function bindElement(
  resolved: ResolvedStep,
  position: number,
  bind: Bind,
  earlier: readonly Element[],
): Element {
  if (resolved.kind === "task") return bindInner(resolved, position, bind);
  const { key, places, faults, where } = bind.around;
  const name = resolved.step.name ?? `unnamed-${position}`;
  const known = firstOf(stepLookup(taskPlaces(places, key), name), bind.lookup);
  const artifacts = bindArtifacts(resolved.step, known, earlier);
  const bound = bindStep(resolved, firstOf(artifactLookup(artifacts), known), (found, ...within) =>
    faults.unanswered(found, where, "spec", "steps", position, ...within),
  );
  const { needs, finally: always = false } = resolved.step;
  const merged = withPodVariables(countedAtTurn(mergeContainer(bind.template, bound), always), bind.around);
  const spec = settledStep(artifacts === undefined ? merged : { ...merged, artifacts });
  const leaf: Leaf = { id: leafKey(key, position), unit: key, position, name, spec, always };
  return { kind: "step", leaf, ...order(needs, artifacts?.inputs) };
}

/** What the pod template says of variables wins, as in Tekton. */
function withPodVariables(spec: StepSpec, { pod }: Surroundings): StepSpec {
  if (pod.env === undefined) return spec;
  const names = new Set(pod.env.map(({ name }) => name));
  return { ...spec, env: [...(spec.env ?? []).filter(({ name }) => !names.has(name)), ...pod.env] };
}

function bindInner(
  { name, task, needs, finally: always = false }: InnerTask,
  position: number,
  bind: Bind,
): Element {
  const { key, label, parents, where, faults } = bind.around;
  const step = `${where}.spec.steps.${position}`;
  const outer = firstOf(bind.lookup, stepResults(key));
  for (const { name: param, value } of task.params)
    faults.unanswered(unansweredValue(value, outer), step, "params", param, "value");
  const unit = bindTask(task, {
    ...bind.around,
    key: innerKey(key, name),
    ...(label === undefined ? {} : { label: `${label}.${name}` }),
    parents: [...parents, key],
    always,
    outer,
    where: step,
    pieces: handedDown(bind.task, bind.workspaces, bind.around.pieces),
  });
  return { kind: "unit", name, unit, ...order(needs, task.artifacts) };
}

/** What it waits for: as it is written, and for the sake of data. */
function order(needs: readonly string[] | undefined, inputs: Parameters<typeof giversOf>[0]) {
  const givenBy = giversOf(inputs);
  return {
    ...defined({ needs }),
    ...(givenBy.length === 0 ? {} : { givenBy }),
  };
}

/** What a Pipeline's Tasks have in common is the run's; the count is the entrypoint's, where there is one. */
type ContextOfTask = Exclude<ContextName, `pipelineRun.${string}` | "pipeline.name" | "task.retry-count">;

function contextOf(task: ResolvedTask, { run, key, tried }: Surroundings): Context {
  const { context } = run;
  const own: Readonly<Record<ContextOfTask, string>> = {
    "taskRun.name": `${run.name}-${key.replaceAll(".", "-")}`,
    "taskRun.namespace": context["pipelineRun.namespace"] ?? "",
    "taskRun.uid": context["pipelineRun.uid"] ?? "",
    "pipelineTask.retries": String(task.retries),
    "task.name": task.taskName,
  };
  const count = tried ? {} : { "task.retry-count": "0" };
  return { ...own, ...count, ...context, "task.name": task.taskName };
}
