// Results: where each Task's are when the run is over, and what the run's own are made of.

import { defined } from "../../documents/defined.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { forEntrypoint, inTexts } from "../../substitute/data.ts";
import { firstOf, formatReference, type Lookup, substituteValue } from "../../substitute/text.ts";
import { join, VOLUME } from "../model/places.ts";
import type { PlannedResult, PlannedTask, PlannedTaskResult, ValueSource } from "../model/plan.ts";
import { leavesOf, type Unit } from "../model/unit.ts";
import { indexOf, type PodContext } from "./context.ts";
import { type ResultFile, resultFile } from "./late.ts";

export function plannedTask(context: PodContext, unit: Unit): PlannedTask {
  return {
    name: unit.key,
    ...defined({ displayName: unit.displayName, label: unit.label }),
    steps: leavesOf(unit).map((leaf) => indexOf(context, leaf.id)),
    finally: unit.finally,
    results: unit.results.map((result) => taskResult(context, unit, result.name, result.type ?? "string")),
    retries: unit.retries,
    tolerated: [...unit.parents, unit.key].some((key) => context.units.get(key)?.tolerated === true),
  };
}

/** Results of the run, with references to a matrix spread over its Tasks; `outer` answers the run's own references. */
export const plannedResults = (run: ResolvedRun, outer: Lookup): readonly PlannedResult[] =>
  run.results.map(({ name, type = "string", description, value = "" }) => ({
    name,
    type,
    ...defined({ description }),
    value: inTexts(substituteValue(value, firstOf(outer, finallyLookup)), forEntrypoint),
  }));

/** `$(finally.t.results.r)`: names of Tasks are unique in a Pipeline, so one way of saying it is enough. */
const finallyLookup: Lookup = ({ path, index }) =>
  path[0] === "finally" ? formatReference(["tasks", ...path.slice(1)], index) : undefined;

const taskResult = (
  context: PodContext,
  unit: Unit,
  name: string,
  type: PlannedTaskResult["type"],
): PlannedTaskResult => ({ name, type, from: valueSource(resultFile(context, unit, name)) });

function valueSource(file: ResultFile): ValueSource {
  if ("step" in file) return { volume: VOLUME.run, path: `${file.step}/status/results/${file.name}` };
  const { volume, subPath } = file.mount;
  return { volume, path: subPath === undefined ? file.name : join(subPath, file.name) };
}
