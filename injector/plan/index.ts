// The heart of the house: a resolved run becomes one plan, or several. Pure: readonly data in, readonly data out.

import type { Plan } from "../plan.ts";
import type { PlanOptions, PlanSet } from "../plan-set.ts";
import type { ResolvedRun } from "../resolved.ts";
import { bindRun } from "./bind-run.ts";
import { cut } from "./cut.ts";
import { edgesBetween } from "./edges-between.ts";
import { fuse } from "./fuse.ts";
import { fusing } from "./fusing.ts";
import { taskGraph } from "./graph.ts";
import { namer } from "./names.ts";
import { notesOf } from "./notes.ts";
import { refuse } from "./refuse.ts";
import { remaining } from "./remaining.ts";
import { runResults } from "./results.ts";

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
