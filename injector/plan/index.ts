// The heart of the house: a resolved run becomes one plan, or several. Pure: readonly data in, readonly data out.
// Each step is a room of its own, entered once (README.md).

import type { ResolvedRun } from "../resolve/resolved.ts";
import { bindRun } from "./bind/run.ts";
import { cut } from "./cut/cut.ts";
import { fuse } from "./fuse/fuse.ts";
import type { PlanOptions, PlanSet } from "./model/plan-set.ts";
import { order } from "./order/order.ts";
import { refuse } from "./refuse/refuse.ts";

/** What runs, after what, beside which data. Throws UserError for what no plan can honour. */
export function plan(run: ResolvedRun, options: PlanOptions = {}): PlanSet {
  const bound = bindRun(run, options);
  const ordered = order(run, bound);
  const cuts = cut(ordered, run, options);
  refuse(ordered, cuts, bound, options);
  return fuse(run, bound, ordered, cuts, options);
}
