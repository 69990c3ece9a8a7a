// What earlier plans of the run have answered: results and statuses of Tasks that are over.

import { digestText } from "../../../entrypoint/protocol/index.ts";
import type { ParamValue } from "../../documents/spec.ts";
import { asData as asText, inTexts } from "../../substitute/data.ts";
import type { Lookup } from "../../substitute/text.ts";
import type { DoneTask } from "../model/plan-set.ts";
import type { Groups } from "./matrix.ts";

export type Done = Readonly<Record<string, DoneTask>>;

/**
 * Answers `$(tasks.t.results.r)`, `[i]`, `[*]`, `.key` and `.status` for Tasks that are done, and `$(tasks.status)` once
 * they decide it; `names` are the Tasks of the run that are not `finally`.
 */
export const doneLookup =
  (done: Done, groups: Groups, names: readonly string[]): Lookup =>
  ({ path: [room, task = "", what, ...rest], index }) => {
    if (room !== "tasks") return undefined;
    if (what === "results")
      return Object.hasOwn(done, task) ? asData(resultOf(done[task], rest, index)) : undefined;
    if (what === "outputs") return Object.hasOwn(done, task) ? asData(outputOf(done[task], rest)) : undefined;
    return statusIn([task, what], done, groups, names);
  };

const asData = (value: ParamValue | undefined): ParamValue | undefined =>
  value === undefined ? undefined : inTexts(value, asText);

/** `$(tasks.status)`, `$(tasks.t.status)`, `$(tasks.t.reason)`: of a Task that is over no more than the first is kept. */
function statusIn(
  [task = "", what]: readonly (string | undefined)[],
  done: Done,
  groups: Groups,
  names: readonly string[],
): string | undefined {
  if (what === "status" || what === "reason") return ofTask(done, groups, task);
  return what === undefined && task === "status" ? overallStatus(done, groups, names) : undefined;
}

const ofTask = (done: Done, groups: Groups, task: string): string | undefined =>
  statusOf(done, groups.get(task) ?? [task]);

/** One failure decides; the rest has to wait until all is over. */
function overallStatus(done: Done, groups: Groups, names: readonly string[]): string | undefined {
  const statuses = names.map((name) => ofTask(done, groups, name));
  if (statuses.includes("Failed")) return "Failed";
  if (statuses.length === 0 || statuses.includes(undefined)) return undefined;
  if (statuses.every((status) => status === "None")) return "None";
  return statuses.includes("None") ? "Completed" : "Succeeded";
}

/** Undefined while one of them is not over. */
function statusOf(done: Done, keys: readonly string[]): string | undefined {
  const statuses = keys.map((key) => (Object.hasOwn(done, key) ? done[key]?.status : undefined));
  if (statuses.length === 0 || statuses.includes(undefined)) return undefined;
  if (statuses.includes("Failed")) return "Failed";
  return statuses.every((status) => status === "None") ? "None" : "Succeeded";
}

function resultOf(
  task: DoneTask | undefined,
  names: readonly string[],
  index: number | "*" | undefined,
): ParamValue | undefined {
  const results = task?.results ?? {};
  const whole = results[names.join(".")];
  const value = whole ?? keyOf(results[names.slice(0, -1).join(".")], names.at(-1) ?? "");
  if (index === undefined || value === undefined)
    return typeof value === "object" ? JSON.stringify(value) : value;
  if (index === "*") return value;
  return Array.isArray(value) ? value[index] : undefined;
}

function outputOf(task: DoneTask | undefined, [name = "", field]: readonly string[]): string | undefined {
  const { artifacts = {} } = task ?? {};
  const artifact = Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
  if (artifact === undefined) return undefined;
  if (field === undefined) return JSON.stringify([{ digest: artifact.digest, uri: artifact.uri }]);
  return field === "uri" ? artifact.uri : field === "digest" ? digestText(artifact.digest) : undefined;
}

const keyOf = (value: ParamValue | undefined, key: string): string | undefined =>
  typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, string>>)[key]
    : undefined;
