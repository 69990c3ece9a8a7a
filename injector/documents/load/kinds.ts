// Which documents are ours to read, by apiVersion and kind; and what to say about the others.

import type { GenericSchema } from "valibot";
import { nearest } from "../../diagnostics/nearest.ts";
import type { TektonObject } from "../spec.ts";
import { dataSchemas } from "./data.ts";
import { OURS } from "./ours.ts";
import { pipelineSpec } from "./schema/pipeline.ts";
import { pipelineRunSpec, taskRunSpec } from "./schema/run.ts";
import { stepActionSpec, taskSpec } from "./schema/task.ts";

const TASKS = ["tekton.dev/v1", "tekton.dev/v1beta1", OURS];
const STEP_ACTIONS = ["tekton.dev/v1beta1", "tekton.dev/v1alpha1", OURS];

export interface KindEntry {
  readonly kind: TektonObject["kind"];
  readonly versions: readonly string[];
  readonly spec: GenericSchema<unknown, TektonObject["spec"]>;
}

/** The one table of what can be read. A ClusterTask is a Task that was once visible everywhere. */
export const KINDS: Readonly<Record<string, KindEntry>> = {
  Task: { kind: "Task", versions: TASKS, spec: taskSpec },
  ClusterTask: { kind: "Task", versions: ["tekton.dev/v1beta1"], spec: taskSpec },
  TaskRun: { kind: "TaskRun", versions: TASKS, spec: taskRunSpec },
  Pipeline: { kind: "Pipeline", versions: TASKS, spec: pipelineSpec },
  PipelineRun: { kind: "PipelineRun", versions: TASKS, spec: pipelineRunSpec },
  StepAction: { kind: "StepAction", versions: STEP_ACTIONS, spec: stepActionSpec },
};

export type Recognised =
  | { readonly as: "tekton"; readonly entry: KindEntry }
  | { readonly as: "data"; readonly kind: keyof typeof dataSchemas }
  | { readonly as: "list" }
  | { readonly as: "unreadable"; readonly problem: UnreadableKind };

export interface UnreadableKind {
  readonly code: "unknown-kind" | "unsupported-kind" | "unknown-version" | "ignored-document";
  readonly field: "kind" | "apiVersion";
  readonly message: string;
  readonly cure: string;
}

const isDataKind = (kind: string): kind is keyof typeof dataSchemas => Object.hasOwn(dataSchemas, kind);

export function recognise(apiVersion: string, kind: string): Recognised {
  const group = apiVersion.split("/")[0] ?? "";
  if (apiVersion === "v1" && isDataKind(kind)) return { as: "data", kind };
  if (apiVersion === "v1" && kind === "List") return { as: "list" };
  if (group !== "tekton.dev" && group !== "baton.run") return unreadable(foreign(apiVersion, kind));
  const entry = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (entry === undefined) return unreadable(notRunnable(kind));
  if (!entry.versions.includes(apiVersion)) return unreadable(badVersion(apiVersion, kind, entry.versions));
  return { as: "tekton", entry };
}

const unreadable = (problem: UnreadableKind): Recognised => ({ as: "unreadable", problem });

function foreign(apiVersion: string, kind: string): UnreadableKind {
  const slip = nearest(apiVersion, TASKS);
  if (slip !== undefined && Object.hasOwn(KINDS, kind)) return badVersion(apiVersion, kind, [slip]);
  return {
    code: "ignored-document",
    field: "kind",
    message: `${kind} (${apiVersion}) is nothing that can be run here; it is left out`,
    cure: "nothing to do, or take it out of the files given",
  };
}

const WHY_NOT: Readonly<Record<string, string>> = {
  CustomRun: "a CustomRun is carried out by a controller in a cluster: run it there",
  Run: "a Run is carried out by a controller in a cluster: run it there",
  PipelineResource: "Tekton removed PipelineResources: use params, workspaces and results",
  Condition: "Tekton removed Conditions: use when expressions",
  VerificationPolicy: "policies are enforced by a cluster: take the document out",
  ResolutionRequest: "resolution requests belong to a cluster: take the document out",
};

function notRunnable(kind: string): UnreadableKind {
  const why = Object.hasOwn(WHY_NOT, kind) ? WHY_NOT[kind] : undefined;
  if (why !== undefined)
    return { code: "unsupported-kind", field: "kind", message: `a ${kind} cannot be run here`, cure: why };
  const meant = nearest(kind, Object.keys(KINDS));
  return {
    code: "unknown-kind",
    field: "kind",
    message: `there is no kind "${kind}"`,
    cure: meant === undefined ? `use one of ${Object.keys(KINDS).join(", ")}` : `did you mean "${meant}"?`,
  };
}

const badVersion = (apiVersion: string, kind: string, versions: readonly string[]): UnreadableKind => ({
  code: "unknown-version",
  field: "apiVersion",
  message: `${kind} has no version "${apiVersion}"`,
  cure: `use ${versions.join(" or ")}`,
});
