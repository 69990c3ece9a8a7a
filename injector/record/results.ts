// Results: the text of a file as the type that was declared for it, and the run's results made from its Tasks'. Pure.

import { DOLLAR, type Reference, scan, soleReference } from "../../entrypoint/protocol/index.ts";
import type { PlannedResult, ResultExpression, ResultValueType } from "../plan/model/plan.ts";
import type { ResultRecord, ResultValue, TaskRecord } from "./record.ts";

/** The value of a result file, or undefined where it holds no JSON of the declared type. */
export function parseResult(text: string, type: ResultValueType): ResultValue | undefined {
  if (type === "string") return text;
  const value = parseJson(text);
  if (type === "array")
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  return isStringMap(value) ? value : undefined;
}

/** Results of the run, in declared order; one that refers to a result nobody wrote is left out. */
export function runResults(
  declared: readonly PlannedResult[],
  tasks: readonly TaskRecord[],
): readonly ResultRecord[] {
  return declared.flatMap(({ name, value }) => {
    const evaluated = evaluate(value, tasks);
    return evaluated === undefined ? [] : [{ name, value: evaluated }];
  });
}

/** What `$(tasks.<task>.status)` is. */
export function statusOf(task: TaskRecord): "Succeeded" | "Failed" | "None" {
  if (task.state === "skipped") return "None";
  return task.state === "succeeded" ? "Succeeded" : "Failed";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isStringMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === "string");

function evaluate(expression: ResultExpression, tasks: readonly TaskRecord[]): ResultValue | undefined {
  if (typeof expression === "string") return evaluateWhole(expression, tasks);
  if (isList(expression)) {
    const items = expression.map((item) => evaluateWhole(item, tasks));
    return items.some((item) => item === undefined) ? undefined : items.flatMap(asList);
  }
  const pairs = Object.entries(expression).map(([key, text]) => [key, evaluateText(text, tasks)] as const);
  if (pairs.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(pairs.map(([key, value]) => [key, value ?? ""]));
}

const isList = (value: ResultExpression): value is readonly string[] => Array.isArray(value);

const asList = (value: ResultValue | undefined): readonly string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value : [JSON.stringify(value)];

/** A text that is one reference may be an array or an object; anything else is text. */
function evaluateWhole(text: string, tasks: readonly TaskRecord[]): ResultValue | undefined {
  const sole = soleReference(text);
  return sole === undefined ? evaluateText(text, tasks) : lookUp(sole, tasks);
}

function evaluateText(text: string, tasks: readonly TaskRecord[]): string | undefined {
  let whole = "";
  for (const segment of scan(text)) {
    const value = segment.kind === "literal" ? segment.text : meaningOf(segment, tasks);
    if (value === undefined) return undefined;
    whole += typeof value === "string" ? value : JSON.stringify(value);
  }
  return whole;
}

const meaningOf = (reference: Reference, tasks: readonly TaskRecord[]): ResultValue | undefined =>
  reference.raw === DOLLAR ? "$" : lookUp(reference, tasks);

/** `tasks.<task>.results.<name>`, with `[i]`, `[*]` or `.key`; `finally` in place of `tasks` means the same. */
function lookUp(reference: Reference, tasks: readonly TaskRecord[]): ResultValue | undefined {
  const [root, taskName, field, resultName, key] = reference.path;
  if (root !== "tasks" && root !== "finally") return reference.raw;
  const task = tasks.find(({ name }) => name === taskName);
  if (field === "status") return task === undefined ? undefined : statusOf(task);
  const value = task?.results.find(({ name }) => name === resultName)?.value;
  if (value === undefined) return undefined;
  if (key !== undefined) return isStringMap(value) ? value[key] : undefined;
  if (typeof reference.index === "number") return Array.isArray(value) ? value[reference.index] : undefined;
  return value;
}
