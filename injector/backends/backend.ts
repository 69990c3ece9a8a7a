// The port of backends. Rendering is pure: a Plan in, documents or text out. Running touches the world and answers with
// the one event stream. A renderer is one file (or folder) in backends/ and one line in backends/index.ts: what it can be told is
// declared here by itself, and the command line takes its flags and its help from there.

import type { Plan } from "../plan/model/plan.ts";
import type { PlanEdge } from "../plan/model/plan-set.ts";
import type { StreamEvent } from "../record/record.ts";

/** `Own`: what this target can be told and others cannot. */
export interface Renderer<Own extends object = object, Output extends Rendered = Rendered> {
  readonly name: string;
  /** Its own options, all of them, as flags of `baton compile`. */
  readonly flags: { readonly [Name in keyof Own]-?: RenderFlag };
  /** Whether the target can start one plan after another; without that, `edges` is empty. */
  readonly orders?: boolean;
  /** Whether the target finds out by itself what an image runs where a step has no command. */
  readonly knowsImages?: boolean;
  /** Deterministic: the same plan gives the same documents. Throws UserError for what the target cannot express. */
  render(plans: readonly Plan[], options: RenderOptions & Own): Output;
}

/** A flag that is there or not, that takes one of some words, or any word; or none, where only this program asks for it. */
export type RenderFlag =
  | "internal"
  | { readonly help: string; readonly choices?: readonly string[]; readonly value?: string };

/** What every target can be told. */
export interface RenderOptions {
  /** Image that holds the entrypoint at /ko-app/entrypoint. */
  readonly entrypointImage: string;
  readonly namespace?: string;
  /** The graph between the plans, for a target that orders them. */
  readonly edges?: readonly PlanEdge[];
}

/** The text of a manifest, or documents that become YAML. */
export type Rendered = string | readonly RenderedDocument[];

/** A document as plain data, in the field order it is to be printed in. */
export type RenderedDocument = { readonly [field: string]: unknown };

export interface Runner {
  readonly name: string;
  /** Starts the plan; the stream ends with `runFinished`, whatever happens, and then nothing of the run is left. */
  run(plan: Plan, options: RunOptions): AsyncIterable<StreamEvent>;
}

export interface RunOptions {
  /** Aborted: end every step, with grace; `reason` is the signal to send ("SIGINT"), else SIGTERM. */
  readonly signal?: AbortSignal;
  /** Aborted: end every step now. */
  readonly kill?: AbortSignal;
  /** Leave the run's directory or pod in place afterwards, and say where. */
  readonly keep?: boolean;
}
