// From a resolved Task to a unit: params valued, workspaces bound to volumes, every reference replaced that has an
// answer before the run. What is left in place is the entrypoint's: `$(steps.…)` and `$(tasks.…)`.

import type { ResolvedRun, ResolvedStep, ResolvedTask } from "../../resolve/resolved.ts";
import type { Context } from "../../substitute/context.ts";
import { forEntrypoint, inTexts, plainText, plainTree } from "../../substitute/data.ts";
import { paramLookup, paramValues } from "../../substitute/params.ts";
import { stepLookup, type TaskPlaces, taskLookup } from "../../substitute/task.ts";
import { firstOf, type Lookup, substituteDeep, substituteText } from "../../substitute/text.ts";
import { innerKey, leafKey, type TaskKey } from "../model/keys.ts";
import { type Places, taskPlaces } from "../model/places.ts";
import type { BoundWorkspace, Element, Leaf, Unit } from "../model/unit.ts";
import { artifactLookup, bindArtifacts, giversOf } from "./artifacts.ts";
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
  readonly parents: readonly TaskKey[];
  readonly finally: boolean;
  readonly always: boolean;
  /** The Task around it is tried again, and with it this one. */
  readonly tried: boolean;
  /** Answers the references in what is handed to the Task: its params and `when`. */
  readonly outer: Lookup;
  /** The workspaces it may be given, by their names out there. */
  readonly pieces: Pieces;
}

export function bindTask(task: ResolvedTask, given: Surroundings): Unit {
  const around = { ...given, tried: task.retries > 0 || (given.tried && !given.always) };
  const { key, places } = around;
  const workspaces = bindWorkspaces(task, around.pieces, around.outer);
  const inner = new Set(task.spec.steps.flatMap((step) => (step.kind === "task" ? [step.name] : [])));
  const where = taskPlaces(places, key);
  const facts = taskLookup(where, workspaceFacts(workspaces, places), contextOf(task, around));
  // A given value may speak of the Task's own workspaces (`value: $(workspaces.source.path)/x`), as in Tekton.
  const params = paramValues(task.spec.params ?? [], task.params, firstOf(around.outer, facts), laterInTask);
  const lookup = firstOf(paramLookup(params), facts, innerResults(key, inner), otherTasks(around.outer));
  const once = firstOf(firstAttempt, lookup);
  const template = substituteDeep(task.spec.stepTemplate, lookup);
  const bind = { task, around, workspaces, where, lookup, template };
  return {
    key,
    parents: around.parents,
    ...(task.displayName === undefined
      ? {}
      : { displayName: plainText(substituteText(task.displayName, lookup)) }),
    finally: around.finally,
    always: around.always,
    elements: bindElements(task.spec.steps, bind),
    results: (task.spec.results ?? []).map((result) => liftedResult(result)),
    inputs: task.artifacts ?? [],
    workspaces,
    sidecars: substituteDeep(task.spec.sidecars ?? [], once).map(settledSidecar),
    volumes: plainTree(substituteDeep(task.spec.volumes ?? [], once)),
    when: inTexts(substituteDeep(task.when, around.outer), forEntrypoint),
    params,
    retries: task.retries,
    ...(task.timeout === undefined ? {} : { timeout: task.timeout }),
    tolerated: task.onError === "continue",
    ...(task.pod === undefined ? {} : { pod: task.pod }),
    ...(task.computeResources === undefined ? {} : { computeResources: task.computeResources }),
  };
}

type InnerTask = Extract<ResolvedStep, { readonly kind: "task" }>;

interface Bind {
  readonly task: ResolvedTask;
  readonly around: Surroundings;
  readonly workspaces: readonly BoundWorkspace[];
  readonly where: TaskPlaces;
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
  if (resolved.kind === "task") return bindInner(resolved, bind);
  const { key } = bind.around;
  const name = resolved.step.name ?? `unnamed-${position}`;
  const known = firstOf(stepLookup(bind.where, name), bind.lookup);
  const artifacts = bindArtifacts(resolved.step, known, earlier);
  const bound = bindStep(resolved, firstOf(artifactLookup(artifacts), known));
  const { needs, finally: always = false } = resolved.step;
  const merged = countedAtTurn(mergeContainer(bind.template, bound), always);
  const spec = settledStep(artifacts === undefined ? merged : { ...merged, artifacts });
  const leaf: Leaf = { id: leafKey(key, position), unit: key, position, name, spec, always };
  return { kind: "step", leaf, ...order(needs, artifacts?.inputs) };
}

function bindInner({ name, task, needs, finally: always = false }: InnerTask, bind: Bind): Element {
  const { key, parents } = bind.around;
  const unit = bindTask(task, {
    ...bind.around,
    key: innerKey(key, name),
    parents: [...parents, key],
    always,
    outer: firstOf(bind.lookup, stepResults(key)),
    pieces: handedDown(bind.task, bind.workspaces, bind.around.pieces),
  });
  return { kind: "unit", name, unit, ...order(needs, task.artifacts) };
}

/** What it waits for: as it is written, and for the sake of data. */
function order(needs: readonly string[] | undefined, inputs: Parameters<typeof giversOf>[0]) {
  const givenBy = giversOf(inputs);
  return {
    ...(needs === undefined ? {} : { needs }),
    ...(givenBy.length === 0 ? {} : { givenBy }),
  };
}

function contextOf(task: ResolvedTask, { run, key, tried }: Surroundings): Context {
  const { context } = run;
  return {
    "taskRun.name": `${run.name}-${key.replaceAll(".", "-")}`,
    "taskRun.namespace": context["pipelineRun.namespace"] ?? "",
    "taskRun.uid": context["pipelineRun.uid"] ?? "",
    ...(tried ? {} : { "task.retry-count": "0" }),
    "pipelineTask.retries": String(task.retries),
    ...context,
    "task.name": task.taskName,
  };
}
