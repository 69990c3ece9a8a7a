// What the planner is asked, and what it answers: the plans of a run, the graph between them, and why it is so.

import type { ArtifactReference } from "../../../entrypoint/protocol/index.ts";
import type { ParamValue } from "../../documents/spec.ts";
import type { SourceObject } from "../../resolve/resolved.ts";
import type { Edge, Plan, PlannedResult } from "./plan.ts";

/** How to plan. */
export interface PlanOptions {
  /**
   * Absent: steps see Tekton's paths (/tekton/…, /workspace/…) through mounts. Given: nothing is mounted, and every
   * path is a real directory under this absolute one (`<root>/volumes/<volume>/…`; folders of the user's stay theirs).
   */
  readonly root?: string;
  /** What a step does with a result that does not fit its termination message; absent: spill to its file. */
  readonly resultOverflow?: "fail" | "spill";
  /** Where plans will run. Processes of one machine have no service accounts, nodes or images that could differ. */
  readonly on?: "pods" | "processes";
  /** What one pod may have at most; what needs more is cut. CPU and memory are Kubernetes quantities. */
  readonly maxPod?: { readonly steps?: number; readonly cpu?: string; readonly memory?: string };
  /** Where steps that may be cached look, and keep what they leave; absent: nowhere. */
  readonly cache?: PlanCache;
  /** Tasks that earlier plans of the run have ended, by name: they are left out, and references to them are answered. */
  readonly done?: Readonly<Record<string, DoneTask>>;
}

export interface PlanCache {
  readonly source:
    | { readonly kind: "folder"; readonly path: string }
    | { readonly kind: "claim"; readonly claim: string };
  /** The run that entries will be of. */
  readonly run: string;
  /** Steps are processes of this machine: their programs are theirs to be known by, in place of images. */
  readonly programs?: boolean;
}

export interface DoneTask {
  readonly status: "Succeeded" | "Failed" | "None";
  readonly results: Readonly<Record<string, ParamValue>>;
  /** What its steps have left, by the output's name. */
  readonly artifacts?: Readonly<Record<string, ArtifactReference>>;
}

/** A run as the planner leaves it: one plan, or several where one pod cannot have it all. */
export interface PlanSet {
  readonly name: string;
  readonly source: SourceObject;
  /** In an order that respects `edges`. */
  readonly plans: readonly Plan[];
  readonly edges: readonly PlanEdge[];
  /** Tasks whose shape a result decides: to be planned again, with `done`, when the plans have run. */
  readonly deferred: readonly { readonly task: string; readonly why: string }[];
  /** Tasks that cannot run any more: what they need failed, or was not produced. */
  readonly skipped: readonly { readonly task: string; readonly why: string }[];
  /** Results of the run as a whole, in declared order, whichever plans their Tasks are in. */
  readonly results: readonly PlannedResult[];
  /** What the planner decided that nobody wrote, one sentence each. */
  readonly notes: readonly PlanNote[];
}

export interface PlanEdge {
  /** Names of plans. */
  readonly from: string;
  readonly to: string;
  /** `settled`: whatever became of the one before (`finally`, data of a Task that nothing else orders). */
  readonly on: Edge["on"];
}

export interface PlanNote {
  readonly kind: "cut" | "order" | "deferred";
  readonly tasks: readonly string[];
  readonly message: string;
}
