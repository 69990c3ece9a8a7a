// What earlier plans of the run have answered: results and statuses of Tasks that are over.

import type { DoneTask } from "../plan-set.ts";
import type { ParamValue } from "../spec.ts";
import type { Lookup } from "../substitute/text.ts";
import type { Groups } from "./matrix.ts";

export type Done = Readonly<Record<string, DoneTask>>;

/** Answers `$(tasks.t.results.r)`, `[i]`, `[*]`, `.key` and `.status` for Tasks that are done. */
export const doneLookup =
  (done: Done, groups: Groups): Lookup =>
  ({ path, index }) => {
    const [room, task = "", what, ...rest] = path;
    if (room !== "tasks") return undefined;
    if (what === "status" && index === undefined) return statusOf(done, groups.get(task) ?? [task]);
    const results = what === "results" && Object.hasOwn(done, task) ? done[task]?.results : undefined;
    return results && resultOf(results, rest, index);
  };

// --- Internal helpers ---

/** Undefined while one of them is not over. */
function statusOf(done: Done, keys: readonly string[]): string | undefined {
  const statuses = keys.map((key) => (Object.hasOwn(done, key) ? done[key]?.status : undefined));
  if (statuses.length === 0 || statuses.includes(undefined)) return undefined;
  if (statuses.includes("Failed")) return "Failed";
  return statuses.every((status) => status === "None") ? "None" : "Succeeded";
}

function resultOf(
  results: DoneTask["results"],
  names: readonly string[],
  index: number | "*" | undefined,
): ParamValue | undefined {
  const whole = results[names.join(".")];
  const value = whole ?? keyOf(results[names.slice(0, -1).join(".")], names.at(-1) ?? "");
  if (index === undefined || value === undefined)
    return typeof value === "object" ? JSON.stringify(value) : value;
  if (index === "*") return value;
  return Array.isArray(value) ? value[index] : undefined;
}

const keyOf = (value: ParamValue | undefined, key: string): string | undefined =>
  typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, string>>)[key]
    : undefined;
