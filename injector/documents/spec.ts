// Tekton's objects as types: what `load` hands on once a document has passed its schema. `baton.run/v1alpha1` adds the
// fields marked "ours". The files are those of the schemas (load/schema).

import type { Metadata } from "./spec/common.ts";
import type { PipelineSpec } from "./spec/pipeline.ts";
import type { PipelineRunSpec, TaskRunSpec } from "./spec/run.ts";
import type { StepActionSpec, TaskSpec } from "./spec/task.ts";

export * from "./spec/artifacts.ts";
export * from "./spec/cache.ts";
export * from "./spec/common.ts";
export * from "./spec/pipeline.ts";
export * from "./spec/run.ts";
export * from "./spec/task.ts";

export type TektonObject =
  | ObjectOf<"Task", TaskSpec>
  | ObjectOf<"StepAction", StepActionSpec>
  | ObjectOf<"TaskRun", TaskRunSpec>
  | ObjectOf<"Pipeline", PipelineSpec>
  | ObjectOf<"PipelineRun", PipelineRunSpec>;

/** One whose version is still to be said. */
export type Unversioned = WithoutVersion<TektonObject>;
type WithoutVersion<Versioned> = Versioned extends TektonObject ? Omit<Versioned, "apiVersion"> : never;

export type TektonKind = TektonObject["kind"];

/** ConfigMap, Secret and ServiceAccount documents given beside the Tasks; values in base64 by name. */
export interface DataObject {
  readonly kind: "ConfigMap" | "Secret" | "ServiceAccount";
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  /** Of a Secret, where it says one. */
  readonly type?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of a ServiceAccount: names of the Secrets that it may use. */
  readonly secrets?: readonly string[];
}

interface ObjectOf<Kind extends string, Spec> {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec: Spec;
}
