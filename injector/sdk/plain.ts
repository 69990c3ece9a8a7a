// From what an author wrote to plain data: references become their text, and fields get one fixed order.

import { isReference } from "./reference.ts";

/** The order in which a reader looks for them; all other fields follow by name. */
const FIRST = [
  ...["apiVersion", "kind", "metadata", "spec", "name", "displayName", "generateName", "namespace"],
  ...["description", "type", "taskRef", "pipelineRef", "ref", "resolver", "runAfter", "needs", "when"],
  ...[
    "input",
    "operator",
    "cel",
    "params",
    "workspaces",
    "results",
    "artifacts",
    "inputs",
    "outputs",
    "workspace",
    "subPath",
    "matrix",
    "image",
    "workingDir",
  ],
  ...["env", "envFrom", "command", "args", "script", "value", "values", "taskSpec", "pipelineSpec"],
  ...["stepTemplate", "steps", "sidecars", "volumes", "tasks", "finally"],
];
const RANK = new Map(FIRST.map((field, rank) => [field, rank]));

/** Plain data in fixed field order: the same definition always prints the same, however its fields were written. */
export function plain<T>(value: T): T {
  return plainValue(value) as T;
}

function plainValue(value: unknown): unknown {
  if (isReference(value)) return value.toJSON();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    fields.sort(([a], [b]) => inOrder(a, b)).map(([name, field]) => [name, plainValue(field)]),
  );
}

function inOrder(a: string, b: string): number {
  const [first, second] = [RANK.get(a) ?? FIRST.length, RANK.get(b) ?? FIRST.length];
  if (first !== second) return first - second;
  return a < b ? -1 : 1;
}
