// `$(tasks.…)`: the task is there, and has such a result or output.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import { outputsOf } from "../documents/artifacts.ts";
import type { Library } from "../documents/library.ts";
import { typeOfResult } from "../documents/param-types.ts";
import type { PipelineSpec, PipelineTask, ResultSpec } from "../documents/spec.ts";
import type { Cursor, Faults } from "./cursor.ts";
import { known, wrongReference } from "./known.ts";

export interface NamedTask {
  /** Undefined where the reference leads nowhere; that is said elsewhere. */
  readonly results: readonly ResultSpec[] | undefined;
  /** Names of declared outputs. */
  readonly outputs: readonly string[];
  readonly isMatrix: boolean;
}

/** By name; those of `finally` apart. */
export interface Tasks {
  readonly tasks: ReadonlyMap<string, NamedTask>;
  readonly finally: ReadonlyMap<string, NamedTask>;
}

export function namedTasks(spec: PipelineSpec, library: Library): Tasks {
  const named = (tasks: readonly PipelineTask[] = []) =>
    new Map(
      tasks.map((task) => [task.name, { ...productsOf(task, library), isMatrix: task.matrix !== undefined }]),
    );
  return { tasks: named(spec.tasks), finally: named(spec.finally) };
}

/** The words after `tasks` or `finally`; the form has been looked at. */
export function* checkTaskReference(
  at: Cursor,
  reference: Reference,
  [task = "", field, ...rest]: readonly string[],
  tasks: ReadonlyMap<string, NamedTask>,
): Faults {
  if (field === undefined) return;
  const target = tasks.get(task);
  if (target === undefined) yield* known(at, reference, task, tasks.keys(), "there is no task");
  else if (field === "results") yield* checkResult(at, reference, task, rest, target);
  else if (field === "outputs") yield* checkOutput(at, reference, task, rest, target);
  else if (field === "matrix") yield* checkMatrixLength(at, reference, task, rest, target);
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
    yield wrongReference(
      at,
      reference,
      `task "${task}" has a matrix, and so has many of them`,
      "take it from a task without a matrix",
    );
}

/** `length`, or `<result>.length`. */
function* checkMatrixLength(
  at: Cursor,
  reference: Reference,
  task: string,
  parts: readonly string[],
  { results, isMatrix }: NamedTask,
): Faults {
  const name = parts.slice(0, -1).join(".");
  if (!isMatrix)
    yield wrongReference(
      at,
      reference,
      `task "${task}" has no matrix`,
      "leave it out, or add a matrix there",
    );
  else if (name !== "" && results !== undefined)
    yield* known(
      at,
      reference,
      name,
      results.map((one) => one.name),
      `task "${task}" has no result`,
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
  const wrong = (problem: string, cure: string) => wrongReference(at, reference, problem, cure);
  if (target.isMatrix) {
    if (reference.index === undefined)
      yield wrong(
        `task "${task}" has a matrix: its results are lists`,
        `write $(tasks.${task}.results.${name}[*])`,
      );
  } else if (whole === undefined && type !== "object")
    yield wrong(`result "${spec.name}" is of type ${type}`, "leave the key out");
  else if (whole === undefined) yield* checkKey(at, reference, spec, parts.at(-1) ?? "");
  else if (reference.index !== undefined && type === "string")
    yield wrong(`result "${spec.name}" is of type ${type}`, "leave the brackets out");
}

/** Of an object result without properties nobody knows the keys. */
function checkKey(at: Cursor, reference: Reference, spec: ResultSpec, key: string): Faults {
  const keys = Object.keys(spec.properties ?? {});
  return keys.length === 0 ? [] : known(at, reference, key, keys, `result "${spec.name}" has no key`);
}
