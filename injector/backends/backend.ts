// The port of backends. Rendering is pure: a Plan in, documents out. Running touches the world and answers with
// the one event stream. A backend is one file (or folder) in backends/ and one line in backends/index.ts.

import type { Plan } from "../plan/model/plan.ts";
import type { PlanEdge } from "../plan/model/plan-set.ts";
import type { RunEvent } from "../record/record.ts";

export interface Renderer {
  readonly name: string;
  /** Whether the target can start one plan after another; without that, `edges` is empty. */
  readonly orders?: boolean;
  /** Whether the target finds out by itself what an image runs where a step has no command. */
  readonly knowsImages?: boolean;
  /** Deterministic: the same plan gives the same documents. Throws UserError for what the target cannot express. */
  render(plans: readonly Plan[], options: RenderOptions): readonly RenderedDocument[];
}

export interface RenderOptions {
  /** Image that holds the entrypoint at /ko-app/entrypoint. */
  readonly entrypointImage: string;
  readonly namespace?: string;
  /** kubernetes: what to wrap the pod in. */
  readonly kind?: "pod" | "job";
  /** kubernetes: how the binary gets into the containers. */
  readonly inject?: "init" | "image-volume";
  /** kubernetes: the Pod Security profile "restricted" for every container, also where an image wants root. */
  readonly restricted?: boolean;
  /** kubernetes: requests on the pod as a whole in place of shares on its steps (Kubernetes 1.34). */
  readonly podResources?: boolean;
  /** compose: `network_mode` of the steps ("none", "host", …) in place of a network of their own. */
  readonly network?: string;
  /** podman, compose: baton drives the run, so steps end when they are done and `result` tells as they go. */
  readonly driven?: boolean;
  /** argo: the graph between the plans. */
  readonly edges?: readonly PlanEdge[];
}

/** A document as plain data, in the field order it is to be printed in. */
export type RenderedDocument = { readonly [field: string]: unknown };

export interface Runner {
  readonly name: string;
  /** Starts the plan; the stream ends with `runFinished`, whatever happens, and then nothing of the run is left. */
  run(plan: Plan, options: RunOptions): AsyncIterable<RunEvent>;
}

export interface RunOptions {
  /** Aborted: end every step, with grace; `reason` is the signal to send ("SIGINT"), else SIGTERM. */
  readonly signal?: AbortSignal;
  /** Aborted: end every step now. */
  readonly kill?: AbortSignal;
  /** Leave the run's directory or pod in place afterwards, and say where. */
  readonly keep?: boolean;
}
