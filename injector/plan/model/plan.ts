// The middle of the house. A Plan says what runs, after what, beside which data, in the words of the entrypoint's
// protocol and never of a backend. It is readonly data, complete in itself: a backend needs nothing else.

import type { Flags, Layout } from "../../../entrypoint/protocol/index.ts";
import type { DataObject } from "../../documents/spec.ts";
import type { PodSettings, SourceObject } from "../../resolve/resolved.ts";

/** What will run together in one place: one pod, one compose project, one set of processes. */
export interface Plan {
  /** Of its run, where that is settled before it runs. */
  readonly id?: string;
  /** Name of the run (DNS label), from the TaskRun, PipelineRun, or the Task and Pipeline themselves. */
  readonly name: string;
  readonly source: SourceObject;
  readonly tasks: readonly PlannedTask[];
  /** In an order that respects `needs`; `steps[i].index === i`. */
  readonly steps: readonly PlannedStep[];
  readonly sidecars: readonly PlannedSidecar[];
  readonly volumes: readonly PlannedVolume[];
  /** Directories, links and scripts that must exist first, by path as the maker of the layout sees them. */
  readonly layout: PlannedLayout;
  /** Results of the run as a whole, in declared order. */
  readonly results: readonly PlannedResult[];
  /** Milliseconds for the whole run; absent is none. */
  readonly timeout?: number;
  /** What a pod gets as it is given: service account, node selection, tolerations, security context … */
  readonly pod: PodSettings;
  /** The most that can be needed at once, sidecars included; the requests of steps and sidecars add up to it. */
  readonly resources?: PodResources;
  /** References to Tasks of other plans that are still in the plan; answer them with `done` before it starts. */
  readonly inputs?: readonly string[];
  /** The ConfigMaps and Secrets that were given: what `valueFrom` and `envFrom` mean where no cluster answers. */
  readonly data: readonly DataObject[];
}

/** A Task that was fused in; a plain TaskRun has exactly one. */
export interface PlannedTask {
  /** The pipeline task's name, or the Task's. Unique in the plan. */
  readonly name: string;
  readonly displayName?: string;
  /** How people call it, where it is one of a matrix: `train[lr=0.01]`. Its name says what it is to programs. */
  readonly label?: string;
  /** Indexes of its steps, in order. */
  readonly steps: readonly number[];
  readonly finally: boolean;
  /** Where its `/tekton/results` is. */
  readonly results: readonly PlannedTaskResult[];
  /** Attempts after the first. */
  readonly retries: number;
  /** `onError: continue`: its failure does not fail the run. */
  readonly tolerated: boolean;
}

export interface PlannedTaskResult {
  readonly name: string;
  readonly type: ResultValueType;
  /** Where the value is when the run is over. */
  readonly from: ValueSource;
}

export type ResultValueType = "string" | "array" | "object";

/** A file in a volume of the plan, read when the step that writes it has settled. */
export interface ValueSource {
  readonly volume: string;
  readonly path: string;
}

/** What a step and a sidecar have in common: a container that the entrypoint runs in. */
export interface PlannedContainer {
  /** Container name: `step-<name>`, or `step-<task>-<name>` in a fused run; unique, ≤ 63 characters. */
  readonly id: string;
  /** The user's name, or `unnamed-<i>`. Unique within its Task. */
  readonly name: string;
  readonly task: string;
  /** How people call it, where its Task has a label: that one, a dash and its name. */
  readonly label?: string;
  readonly image?: string;
  /** The real command. Absent: the image's own entrypoint, looked up by the backend. */
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvironmentVariable[];
  /** `envFrom` as Kubernetes has it. */
  readonly envFrom: readonly Readonly<Record<string, unknown>>[];
  /** Where its command starts; a runtime is not to make it where the entrypoint does (`-working_dir`). */
  readonly workingDir?: string;
  readonly mounts: readonly Mount[];
  /** What its entrypoint is told, `-entrypoint` and `--` excepted. */
  readonly flags: Flags;
  /** Container fields that pass through unchanged: resources, securityContext, imagePullPolicy, volumeDevices … */
  readonly container: Readonly<Record<string, unknown>>;
}

export interface PlannedStep extends PlannedContainer {
  readonly index: number;
  readonly displayName?: string;
  readonly needs: readonly Edge[];
  readonly results: readonly { readonly name: string; readonly type: ResultValueType }[];
}

export interface Edge {
  /** Index of the step that is waited for. */
  readonly step: number;
  readonly on: "succeeded" | "settled";
}

export interface PlannedSidecar extends PlannedContainer {
  /** Steps that must all have settled before it is stopped. */
  readonly until: readonly number[];
}

/** A literal value, or a Kubernetes `valueFrom` that only a cluster (or given ConfigMaps and Secrets) can answer. */
export type EnvironmentVariable =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: Readonly<Record<string, unknown>> };

export interface Mount {
  readonly volume: string;
  /** Directory within the volume; absent is its root. */
  readonly subPath?: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** Other fields of a Kubernetes volumeMount (mountPropagation, subPathExpr …), for whoever understands them. */
  readonly kubernetes?: Readonly<Record<string, unknown>>;
}

export interface PlannedVolume {
  readonly name: string;
  readonly source: VolumeSource;
}

export type VolumeSource =
  | DataSource
  /** Made for the run, gone after it. */
  | { readonly kind: "empty"; readonly medium?: string; readonly sizeLimit?: string }
  /** A folder of the user's (`-w name=source,path=DIR`); never deleted. */
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "claim"; readonly claim: string; readonly readOnly?: boolean }
  | { readonly kind: "claimTemplate"; readonly template: Readonly<Record<string, unknown>> }
  /** Any other Kubernetes volume source, word for word. */
  | { readonly kind: "kubernetes"; readonly raw: Readonly<Record<string, unknown>> };

/**
 * ConfigMap or Secret, or several in one directory; `files` where their documents were given, so that any backend can
 * write them. `name` is the object's, the volume's where it is several.
 */
export interface DataSource {
  readonly kind: "configMap" | "secret" | "projected";
  readonly name: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly files?: VolumeFiles;
}

/** By their paths. */
export type VolumeFiles = Readonly<Record<string, { readonly base64: string; readonly mode: number }>>;

/** The layout, and the mounts of whoever makes it. */
export interface PlannedLayout {
  readonly layout: Layout;
  readonly mounts: readonly Mount[];
}

export interface PlannedResult {
  readonly name: string;
  readonly type: ResultValueType;
  readonly description?: string;
  /** Text with references to Task results still in it (`$(tasks.build.results.digest)`), or one Task's result. */
  readonly value: ResultExpression;
}

export type ResultExpression = string | readonly string[] | { readonly [key: string]: string };

/** Kubernetes quantities by resource name, as a pod's own `resources` has them. */
export interface PodResources {
  readonly requests: Readonly<Record<string, string>>;
}
