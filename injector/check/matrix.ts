// A task's matrix: lists whose combinations each run the task once.

import { isWholeReference } from "../documents/param-types.ts";
import type { Param, PipelineTask } from "../documents/spec.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import type { Names } from "./known-names.ts";

/** As Tekton's default. */
const MOST_COMBINATIONS = 256;

/** The params that a matrix gives to its task, each once. */
export const matrixParams = ({ matrix }: PipelineTask): readonly Param[] => [
  ...(matrix?.params ?? []),
  ...(matrix?.include ?? []).flatMap(({ params }) => params ?? []),
];

/** The cursor is at the matrix. */
export function* checkMatrix(cursor: Cursor, task: PipelineTask, names: Pick<Names, "params">): Faults {
  const { matrix } = task;
  if (matrix === undefined) return;
  const params = matrix.params ?? [];
  if (params.length === 0 && (matrix.include ?? []).length === 0)
    yield fault(cursor, "bad-matrix", "this matrix is empty", "add params or include", "key");
  yield* duplicates(within(cursor, "params"), params, "param");
  yield* checkLists(within(cursor, "params"), params);
  yield* checkIncluded(within(cursor, "include"), matrix.include);
  yield* checkBoth(cursor, task);
  yield* checkSize(cursor, params, names);
}

function* checkLists(cursor: Cursor, params: readonly Param[]): Faults {
  for (const [index, { name, value }] of params.entries())
    if (!Array.isArray(value) && !isWholeReference(value))
      yield fault(
        within(cursor, index, "value"),
        "bad-matrix",
        `param "${name}" of a matrix must be a list`,
        'write it as [first, second], or as "$(params.list[*])"',
      );
}

function* checkIncluded(
  cursor: Cursor,
  include: readonly { readonly params?: readonly Param[] }[] = [],
): Faults {
  for (const [index, { params = [] }] of include.entries()) {
    yield* duplicates(within(cursor, index, "params"), params, "param");
    for (const [position, { name, value }] of params.entries())
      if (typeof value !== "string")
        yield fault(
          within(cursor, index, "params", position, "value"),
          "bad-matrix",
          `param "${name}" of an included combination must be a text`,
          "write one text",
        );
  }
}

function* checkBoth(cursor: Cursor, task: PipelineTask): Faults {
  const plain = new Set((task.params ?? []).map(({ name }) => name));
  for (const [index, { name }] of (task.matrix?.params ?? []).entries())
    if (plain.has(name))
      yield fault(
        within(cursor, "params", index, "name"),
        "duplicate-name",
        `param "${name}" is given by params and by the matrix`,
        "keep one of them",
      );
}

/** Counted where the lists are known. */
function* checkSize(cursor: Cursor, params: readonly Param[], names: Pick<Names, "params">): Faults {
  const size = params.reduce((product, { value }) => product * lengthOf(value, names), 1);
  if (size > MOST_COMBINATIONS)
    yield fault(
      within(cursor, "params"),
      "bad-matrix",
      `this matrix has ${size} combinations, ${MOST_COMBINATIONS} are allowed`,
      "shorten its lists, or split the task",
      "key",
    );
}

function lengthOf(value: Param["value"], names: Pick<Names, "params">): number {
  if (Array.isArray(value)) return Math.max(1, value.length);
  const name = typeof value === "string" ? /^\$\(params\.([\w.-]+)\[\*\]\)$/.exec(value)?.[1] : undefined;
  const preset = name === undefined ? undefined : names.params.get(name)?.default;
  return Array.isArray(preset) ? Math.max(1, preset.length) : 1;
}
