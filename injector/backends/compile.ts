// From plans to the text of one backend's manifest.

import { UserError } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { PlanEdge, PlanSet } from "../plan/model/plan-set.ts";
import type { RenderOptions } from "./backend.ts";
import { RENDERERS, type RendererName } from "./index.ts";
import { printDocuments } from "./print.ts";

export type { RendererName } from "./index.ts";

/**
 * YAML of one or more documents, the same for the same plans. Throws UserError for what the target cannot express,
 * and for Tasks whose shape only a result decides.
 */
export async function compile(set: PlanSet, to: RendererName, options: RenderOptions): Promise<string> {
  const [deferred] = set.deferred;
  if (deferred !== undefined) throw notYetKnown(deferred);
  const renderer = await RENDERERS[to]();
  if (renderer.orders !== true && set.edges.length > 0) throw needsOrder(set.plans, set.edges, to);
  return printDocuments(renderer.render(set.plans, { ...options, edges: set.edges }));
}

const notYetKnown = ({ task, why }: { readonly task: string; readonly why: string }): UserError =>
  new UserError([
    {
      code: "shape-not-known",
      message: `${task} cannot be compiled before the run: ${why}`,
      severity: "error",
      cure: "use `baton run`, which plans it when the results are there",
    },
  ]);

function needsOrder(plans: readonly Plan[], edges: readonly PlanEdge[], to: string): UserError {
  const [edge] = edges;
  return new UserError([
    {
      code: "several-pods",
      message: `this run is cut into ${plans.length} pods, ${edge?.to} after ${edge?.from}, and ${to} has nothing that orders pods`,
      severity: "error",
      cure: "compile it to argo, or see `baton plan` for the reason of each cut",
    },
  ]);
}
