// Whether a Task runs at all is decided by its first steps, at run time: its own `when`, that of the Tasks around it,
// and the results it needs.

import { sourceIn } from "../../documents/artifacts.ts";
import type { WhenExpression } from "../../documents/spec.ts";
import { formatReference, lateReferences } from "../../substitute/text.ts";
import { taskOf } from "../model/keys.ts";
import { known } from "../model/known.ts";
import type { Leaf, Unit } from "../model/unit.ts";
import type { Fusing } from "./fusing.ts";

/** The expressions of `-task_when`, for a step that waits for none of its own Task; empty for the others. */
export function guardOf(fused: Fusing, leaf: Leaf, unit: Unit): readonly WhenExpression[] {
  const needs = [...(fused.edges.get(leaf.id)?.keys() ?? [])];
  if (needs.some((need) => taskOf(need) === leaf.unit)) return [];
  const around = [...unit.parents, unit.key].map((key) => known(fused.units.get(key)));
  return around.flatMap((one) => [...neededResults(fused, one), ...neededArtifacts(fused, one), ...one.when]);
}

/**
 * One expression for each result that the Task's params are made of. "Not in nothing" is always true, so it asks
 * only whether the result is there, before any step of the Task has run.
 */
function neededResults(fused: Fusing, unit: Unit): readonly WhenExpression[] {
  const needed = new Set<string>();
  for (const { path } of lateReferences([...unit.params.values()])) {
    const [, task = "", what, name = ""] = path;
    if (what === "results" && fused.units.has(task))
      needed.add(formatReference(["tasks", task, "results", name]));
  }
  return [...needed].map(isThere);
}

/** "Not in nothing" is always true, where there is something. */
const isThere = (input: string): WhenExpression => ({ input, operator: "notin", values: [] });

/** A Task whose data a skipped one should have left is skipped with it. */
const neededArtifacts = (fused: Fusing, unit: Unit): readonly WhenExpression[] =>
  unit.inputs.flatMap(({ from }) => {
    const source = from === undefined ? undefined : sourceIn(from);
    if (source?.room !== "tasks" || !fused.units.has(source.owner)) return [];
    return [isThere(formatReference(["tasks", source.owner, "outputs", source.output, "digest"]))];
  });
