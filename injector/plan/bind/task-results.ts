// Results between Tasks as seen from inside one: of other Tasks, of Tasks in it, and what of its own it hands on.

import { soleReference } from "../../../entrypoint/protocol/index.ts";
import type { ResultSpec } from "../../documents/spec.ts";
import { formatReference, type Lookup } from "../../substitute/text.ts";
import { innerKey, stepName, type TaskKey } from "../model/keys.ts";
import type { UnitResult } from "../model/unit.ts";

/** Embedded Tasks may name results of other Tasks anywhere, and so does the run know them (a matrix, Tasks that are done). */
export const otherTasks =
  (outer: Lookup): Lookup =>
  (reference) =>
    reference.path[0] === "tasks" ? outer(reference) : undefined;

/** `$(steps.build.results.digest)` where `build` is a Task in this Task: another Task's result. */
export const innerResults =
  (key: TaskKey, inner: ReadonlySet<string>): Lookup =>
  ({ path, index }) => {
    const [room, step = "", what, ...rest] = path;
    if (room !== "steps" || what !== "results" || !inner.has(step)) return undefined;
    return formatReference(["tasks", innerKey(key, step), "results", ...rest], index);
  };

/** `$(steps.s.results.r)` handed to an inner Task: there it must still mean this Task's step. */
export const stepResults =
  (key: TaskKey): Lookup =>
  ({ path, index }) => {
    const [room, step = "", what, ...rest] = path;
    if (room !== "steps" || what !== "results") return undefined;
    return formatReference(["tasks", stepName(key, step), "results", ...rest], index);
  };

/** `value: $(steps.s.results.r)`, whole or with `[*]`. */
export function liftedResult(result: ResultSpec): UnitResult {
  const sole = typeof result.value === "string" ? soleReference(result.value) : undefined;
  const [room, element = "", what, ...name] = sole?.path ?? [];
  if (room !== "steps" || what !== "results" || typeof sole?.index === "number") return result;
  return { ...result, lifted: { element, result: name.join(".") } };
}
