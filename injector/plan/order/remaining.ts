// Which Tasks are still to be planned: not those that are done, not those that cannot run any more, and not yet those
// whose number a result decides.

import { lateReferences } from "../../substitute/text.ts";
import type { BoundRun } from "../bind/run.ts";
import type { PlanSet } from "../model/plan-set.ts";
import { leavesOf, type TaskEdge, type Unit, unitsOf } from "../model/unit.ts";
import type { TaskGraph } from "./graph.ts";

export interface Remaining extends Pick<PlanSet, "deferred" | "skipped"> {
  /** In the graph's order. */
  readonly units: readonly Unit[];
}

type Verdict = { readonly deferred: string } | { readonly skipped: string };

/** Decided along the graph: what waits for a Task that is put off or cannot run shares its fate. */
export function remaining(bound: BoundRun, graph: TaskGraph): Remaining {
  const verdicts = lateVerdicts(bound);
  const units = graph.order.filter((unit) => {
    if (Object.hasOwn(bound.done, unit.key)) return false;
    const verdict = verdictOf(unit, bound, graph, verdicts);
    if (verdict !== undefined) verdicts.set(unit.key, verdict);
    return verdict === undefined;
  });
  const all = [...verdicts];
  return {
    units,
    deferred: all.flatMap(([task, verdict]) =>
      "deferred" in verdict ? [{ task, why: verdict.deferred }] : [],
    ),
    skipped: [
      ...[...bound.empty].map(([task, why]) => ({ task, why })),
      ...all.flatMap(([task, verdict]) => ("skipped" in verdict ? [{ task, why: verdict.skipped }] : [])),
    ],
  };
}

/** A matrix that a result decides waits for it, unless the Task that should have produced it is over, or will not run. */
function lateVerdicts({ late, done }: BoundRun): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const [task, references] of late) {
    const missing = references.find(({ path: [, source = ""] }) => {
      const verdict = verdicts.get(source);
      return Object.hasOwn(done, source) || (verdict !== undefined && "skipped" in verdict);
    });
    const skipped = missing && { skipped: `there is no ${missing.raw}` };
    verdicts.set(task, skipped ?? { deferred: "a result decides how many there are of it" });
  }
  return verdicts;
}

function verdictOf(
  unit: Unit,
  bound: BoundRun,
  graph: TaskGraph,
  verdicts: ReadonlyMap<string, Verdict>,
): Verdict | undefined {
  for (const edge of graph.into(unit.key)) {
    const verdict = inherited(edge, bound, verdicts.get(edge.before));
    if (verdict !== undefined) return verdict;
  }
  return missingResult(unit, bound);
}

/** What becomes of a Task for the sake of one that it waits for. */
function inherited(
  { before, because }: TaskEdge,
  { done, tolerated }: BoundRun,
  verdict: Verdict | undefined,
): Verdict | undefined {
  const isDeferred = verdict !== undefined && "deferred" in verdict;
  if (because === "finally") return isDeferred ? { deferred: `${before} comes first` } : undefined;
  if (because !== "written") return undefined;
  if (isDeferred) return { deferred: `it needs ${before}` };
  if (verdict !== undefined) return { skipped: `it needs ${before}` };
  return done[before]?.status === "Failed" && !tolerated.has(before)
    ? { skipped: `${before} failed` }
    : undefined;
}

/** A reference to a Task that is over and is still there: it has no such result. */
function missingResult(unit: Unit, { done }: BoundRun): Verdict | undefined {
  const texts = [
    unit.when,
    ...unitsOf(unit).map((one) => [[...one.params.values()], one.sidecars, one.volumes]),
    leavesOf(unit).map((leaf) => leaf.spec),
  ];
  for (const { path, raw } of lateReferences(texts))
    if (path[2] === "results" && Object.hasOwn(done, path[1] ?? "")) return { skipped: `there is no ${raw}` };
  return undefined;
}
