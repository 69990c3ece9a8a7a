// What a program hands over to be run: a run that is resolved already, or documents (definitions of the SDK, objects that were
// parsed), with all that they use. References to elsewhere are `prepareRun`'s, which may fetch.

import { compile as compileSet } from "../backends/compile.ts";
import type { OptionsOf, RendererName } from "../backends/index.ts";
import { load } from "../documents/load.ts";
import { plan as planRun } from "../plan/index.ts";
import type { PlanOptions, PlanSet } from "../plan/model/plan-set.ts";
import { resolve } from "../resolve/resolve.ts";
import type { ResolvedRun } from "../resolve/resolved.ts";
import { withAllUsed } from "../sdk/uses.ts";
import { toYaml } from "../sdk/yaml.ts";

/** A Task, Pipeline or run as plain data: what `defineTask`, `definePipeline` and `defineRun` give, or a document that was parsed. */
export interface DocumentLike {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What needs params or workspaces is handed over as a run: `defineRun`, a TaskRun, a PipelineRun. */
export type Runnable = ResolvedRun | DocumentLike | readonly DocumentLike[];

/** Throws UserError, with places in the YAML of the documents. */
export function resolved(what: Runnable): ResolvedRun {
  if ("tasks" in what) return what;
  const documents = "kind" in what ? [what] : what;
  return resolve(load([{ path: "definitions as YAML", text: toYaml(...withAllUsed(documents)) }]));
}

/** What runs, after what, beside which data. Throws UserError for what no plan can honour. */
export const plan = (what: Runnable, options: PlanOptions = {}): PlanSet => planRun(resolved(what), options);

/**
 * The manifest: text, or YAML of one or more documents, the same for the same plans. Throws UserError for what the target cannot express,
 * and for Tasks whose shape only a result decides.
 */
export const compile = async <Name extends RendererName>(
  what: PlanSet | Runnable,
  to: Name,
  options: OptionsOf<Name>,
): Promise<string> => compileSet("plans" in what ? what : plan(what), to, options);
