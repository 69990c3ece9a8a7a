// `$(…)` references in a Pipeline's own texts: to its params, to results and endings of its tasks.

import { type Reference, referencesIn } from "../../entrypoint/protocol/index.ts";
import { outputsOf } from "../documents/artifacts.ts";
import type { Library } from "../documents/library.ts";
import { typeOfResult } from "../documents/param-types.ts";
import type { ParamSpec, PipelineSpec, PipelineTask, ResultSpec } from "../documents/spec.ts";
import { type Cursor, type Faults, fault } from "./cursor.ts";
import { known } from "./known.ts";
import { checkReference } from "./references.ts";
import type { Surroundings } from "./task.ts";
import { textsAt } from "./texts.ts";

export interface NamedTask {
  /** Undefined where the reference leads nowhere; that is said elsewhere. */
  readonly results: readonly ResultSpec[] | undefined;
  /** Names of declared outputs. */
  readonly outputs: readonly string[];
  readonly isMatrix: boolean;
}

export interface PipelineNames {
  readonly params: ReadonlyMap<string, ParamSpec | undefined>;
  readonly workspaces: ReadonlySet<string>;
  readonly tasks: ReadonlyMap<string, NamedTask>;
  readonly finally: ReadonlyMap<string, NamedTask>;
}

/** Where a text stands decides what it may refer to. */
export type TextPlace = "tasks" | "finally" | "results";

export function pipelineNames(spec: PipelineSpec, around: Surroundings, library: Library): PipelineNames {
  const named = (tasks: readonly PipelineTask[] = []) =>
    new Map(
      tasks.map((task) => [task.name, { ...productsOf(task, library), isMatrix: task.matrix !== undefined }]),
    );
  return {
    params: new Map([...around.params, ...(spec.params ?? []).map((one) => [one.name, one] as const)]),
    workspaces: new Set([...around.workspaces, ...(spec.workspaces ?? []).map(({ name }) => name)]),
    tasks: named(spec.tasks),
    finally: named(spec.finally),
  };
}

/** All texts in `value`. */
export function* checkPipelineText(
  cursor: Cursor,
  value: unknown,
  names: PipelineNames,
  place: TextPlace,
): Faults {
  for (const { at, text } of textsAt(cursor, value))
    for (const reference of referencesIn(text)) yield* checkOne(at, reference, names, place);
}

/** `$(tasks.…)` alone: what an embedded Task may say besides its own. */
export function* checkTaskReferences(
  cursor: Cursor,
  value: unknown,
  names: PipelineNames,
  place: TextPlace,
): Faults {
  for (const { at, text } of textsAt(cursor, value))
    for (const reference of referencesIn(text))
      if (reference.path[0] === "tasks") yield* checkOne(at, reference, names, place);
}

function productsOf(task: PipelineTask, library: Library): Pick<NamedTask, "results" | "outputs"> {
  const found =
    (task.taskRef && library.resolve("Task", task.taskRef)) ??
    (task.pipelineRef && library.resolve("Pipeline", task.pipelineRef));
  const spec = task.taskSpec ?? task.pipelineSpec ?? found?.object.spec;
  if (spec === undefined) return { results: undefined, outputs: [] };
  const outputs = "steps" in spec ? outputsOf(spec, library).map(({ name }) => name) : [];
  return { results: spec.results ?? [], outputs };
}

function* checkOne(at: Cursor, reference: Reference, names: PipelineNames, place: TextPlace): Faults {
  const [room, task] = reference.path;
  if (room === "finally" && place !== "results")
    yield misplaced(at, reference, "results of final tasks can only be results of the Pipeline", "remove it");
  else if (room === "finally") yield* checkTaskPart(at, reference, names.finally, place);
  else if (room !== "tasks") yield* checkReference(at, reference, { params: names.params });
  else if (reference.path.length > 2) yield* checkTaskPart(at, reference, names.tasks, place);
  else if (!isEnding(task)) yield* known(at, reference, task ?? "", ENDINGS, "of all tasks there is no");
  else if (place === "tasks") yield onlyFinally(at, reference);
}

/** `<room>.<task>.<field>…` */
function* checkTaskPart(
  at: Cursor,
  reference: Reference,
  tasks: ReadonlyMap<string, NamedTask>,
  place: TextPlace,
): Faults {
  const [, task = "", field = "", ...rest] = reference.path;
  const target = tasks.get(task);
  if (target === undefined) yield* known(at, reference, task, tasks.keys(), "there is no task");
  else if (field === "results") yield* checkResult(at, reference, task, rest, target);
  else if (field === "outputs") yield* checkOutput(at, reference, task, rest, target);
  else if (!FIELDS.includes(field)) yield* known(at, reference, field, FIELDS, "a task has no");
  else if (isEnding(field) && place === "tasks") yield onlyFinally(at, reference);
}

const ENDINGS = ["status", "reason"];
const isEnding = (field: string | undefined): boolean => ENDINGS.includes(field ?? "");
const FIELDS = ["results", "status", "reason", "matrix", "inputs", "outputs"];

const onlyFinally = (at: Cursor, reference: Reference) =>
  misplaced(
    at,
    reference,
    "how tasks ended is only known in finally",
    "move this task to finally, or use a result",
  );

const misplaced = (at: Cursor, reference: Reference, problem: string, cure: string) =>
  fault(at, "wrong-reference", `${reference.raw}: ${problem}`, cure, { text: reference.raw });

/** Where a Task declares none, they are Tekton's: written by its commands, and known to nobody before. */
function* checkOutput(
  at: Cursor,
  reference: Reference,
  task: string,
  [name = ""]: readonly string[],
  { outputs, isMatrix, results }: NamedTask,
): Faults {
  const isBound = at.path.includes("artifacts");
  if (results === undefined || (outputs.length === 0 && !isBound)) return;
  yield* known(at, reference, name, outputs, `task "${task}" has no output`);
  if (isMatrix && outputs.includes(name))
    yield misplaced(
      at,
      reference,
      `task "${task}" has a matrix, and so has many of them`,
      "take it from a task without a matrix",
    );
}

function* checkResult(
  at: Cursor,
  reference: Reference,
  task: string,
  parts: readonly string[],
  target: NamedTask,
): Faults {
  if (target.results === undefined) return;
  const name = parts.join(".");
  const whole = target.results.find((one) => one.name === name);
  const owner = target.results.find((one) => one.name === parts.slice(0, -1).join("."));
  const spec = whole ?? owner;
  if (spec === undefined) {
    const there = target.results.map((one) => one.name);
    yield* known(at, reference, name, there, `task "${task}" has no result`);
    return;
  }
  const type = typeOfResult(spec);
  const wrong = (problem: string, cure: string) => misplaced(at, reference, problem, cure);
  if (target.isMatrix) {
    if (reference.index === undefined)
      yield wrong(
        `task "${task}" has a matrix: its results are lists`,
        `write $(tasks.${task}.results.${name}[*])`,
      );
  } else if (whole === undefined && type !== "object")
    yield wrong(`result "${spec.name}" is of type ${type}`, "leave the key out");
  else if (reference.index !== undefined && type === "string")
    yield wrong(`result "${spec.name}" is of type ${type}`, "leave the brackets out");
}
