// The heart of the house: a resolved run becomes one plan, or several. Pure: readonly data in, readonly data out.

import type { ResolvedRun } from "../resolve/resolved.ts";
import { bindRun } from "./bind/run.ts";
import { cut } from "./cut/cut.ts";
import { edgesBetween } from "./cut/edges-between.ts";
import { notesOf } from "./cut/notes.ts";
import { fuse } from "./fuse/fuse.ts";
import { fusing } from "./fuse/fusing.ts";
import { runResults } from "./fuse/result-files.ts";
import { namer } from "./model/names.ts";
import type { Plan } from "./model/plan.ts";
import type { PlanOptions, PlanSet } from "./model/plan-set.ts";
import { taskGraph } from "./order/graph.ts";
import { remaining } from "./order/remaining.ts";
import { refuse } from "./refuse/refuse.ts";

/** What runs, after what, beside which data. Throws UserError for what no plan can honour. */
export function plan(run: ResolvedRun, options: PlanOptions = {}): PlanSet {
  const bound = bindRun(run, options);
  const graph = taskGraph(run, bound);
  const { units, deferred, skipped } = remaining(bound, graph);
  const cuts = cut(units, graph, run, options);
  refuse(units, cuts, bound, options);
  const names = namer();
  const plans = cuts.parts.map((part): Plan => {
    const fused = fusing(run, options, bound, part, graph);
    const name = cuts.parts.length === 1 ? run.name : names.name(run.name, part.units[0]?.key ?? "");
    return fuse(fused, name);
  });
  return {
    name: run.name,
    source: run.source,
    plans,
    edges: edgesBetween(units, graph, cuts, plans),
    deferred,
    skipped,
    results: runResults(run, bound.outer),
    notes: notesOf(graph, cuts, deferred),
  };
}
