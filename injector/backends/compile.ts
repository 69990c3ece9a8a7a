// From plans to the text of one backend's manifest.

import { UserError } from "../diagnostics/diagnostic.ts";
import { printDocuments } from "../documents/print.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { PlanEdge, PlanSet } from "../plan/model/plan-set.ts";
import type { Rendered, Renderer } from "./backend.ts";
import { type OptionsOf, RENDERERS, type RendererName } from "./index.ts";

export type { RendererName } from "./index.ts";

/**
 * The manifest: text, or YAML of one or more documents, the same for the same plans. Throws UserError for what the target cannot express,
 * and for Tasks whose shape only a result decides.
 */
export async function compile<Name extends RendererName>(
  set: PlanSet,
  to: Name,
  options: OptionsOf<Name>,
): Promise<string> {
  const [deferred] = set.deferred;
  if (deferred !== undefined) throw notYetKnown(deferred);
  const renderer: Renderer = await RENDERERS[to]();
  if (renderer.orders !== true && set.edges.length > 0) throw needsOrder(set.plans, set.edges, to);
  return textOf(renderer.render(set.plans, { ...options, edges: set.edges }));
}

/** As it is printed. */
export const textOf = (rendered: Rendered): string =>
  typeof rendered === "string" ? rendered : printDocuments(rendered);

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
