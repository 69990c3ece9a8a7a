// What can be used as a Task: one defined here, one that exists elsewhere, or one written into its Pipeline.

import type {
  ObjectRef,
  Param,
  ParamValue,
  PipelineSpec,
  PipelineTask,
  ResultSpec,
  TaskSpec,
  TektonObject,
} from "../documents/spec.ts";
import type { Text } from "./reference.ts";
import { named, unnamed, type WorkspaceReference } from "./scope.ts";
import type {
  Field,
  Flat,
  None,
  ParamInputs,
  Params,
  Results,
  WorkspaceInputs,
  Workspaces,
} from "./signature.ts";
import { usesOf, withUses } from "./uses.ts";

/** Exists for the compiler alone: what a definition asks for and gives back. */
declare const signature: unique symbol;
export interface Signature<P, W, R> {
  readonly [signature]?: { readonly params: P; readonly workspaces: W; readonly results: R };
}

type ObjectOf<Kind> = Extract<TektonObject, { readonly kind: Kind }>;

/** A Task document, plain data, whose types remember its params, workspaces and results. */
export type TaskDefinition<P, W, R> = ObjectOf<"Task"> & Signature<P, W, R>;
export type StepActionDefinition<P, R> = ObjectOf<"StepAction"> & Signature<P, None, R>;
export type PipelineDefinition<P, W> = ObjectOf<"Pipeline"> & Signature<P, W, None>;

/** A Task that is not defined here: a name in the cluster or in other files, or a resolver. */
export interface ExistingTask<P, W, R> extends Signature<P, W, R> {
  readonly existing: ObjectRef;
  readonly results: readonly ResultSpec[];
}

/** A Task or Pipeline that becomes part of the document that uses it (`taskSpec`, `pipelineSpec`). */
interface Inline<Spec, P, W, R> extends Signature<P, W, R> {
  readonly inline: Spec;
}
export type InlineTask<P, W, R> = Inline<TaskSpec, P, W, R>;
export type InlinePipeline<P, W> = Inline<PipelineSpec, P, W, None>;

/** Anything that can run as a Pipeline's task. */
export type Target<P, W, R> =
  | TaskDefinition<P, W, R>
  | ExistingTask<P, W, R>
  | InlineTask<P, W, R>
  | PipelineDefinition<P, W>
  | InlinePipeline<P, W>;

/**
 * The signature of a Task that lives elsewhere, so that its uses are checked like those of one's own:
 * `existingTask({ name: "git-clone" }, { params: { url: {} }, results: { commit: {} } })`.
 */
export function existingTask<
  const P extends Params = None,
  const W extends Workspaces = None,
  const R extends Results = None,
>(
  ref: ObjectRef,
  signature: { readonly params?: P; readonly workspaces?: W; readonly results?: R } = {},
): ExistingTask<P, W, R> {
  return { existing: ref, results: named<Results[string]>(signature.results) ?? [] };
}

/** Writes the Task or Pipeline into the document that uses it, instead of referring to it by name. */
export function inline<P, W, R>(task: TaskDefinition<P, W, R>): InlineTask<P, W, R>;
export function inline<P, W>(pipeline: PipelineDefinition<P, W>): InlinePipeline<P, W>;
export function inline(definition: ObjectOf<"Task"> | ObjectOf<"Pipeline">): object {
  return withUses({ inline: definition.spec }, usesOf(definition));
}

/** What the user of a definition writes: its name, or all of it. */
export function reference(target: Target<unknown, unknown, unknown>): Partial<PipelineTask> {
  if ("existing" in target) return { taskRef: target.existing };
  if ("inline" in target)
    return "tasks" in target.inline ? { pipelineSpec: target.inline } : { taskSpec: target.inline };
  const ref = { name: target.metadata.name as string };
  return target.kind === "Pipeline" ? { pipelineRef: ref } : { taskRef: ref };
}

/** A workspace of the user's, or a directory in it; `true` is the user's workspace of the same name. */
export type WorkspaceInput =
  | WorkspaceReference
  | true
  | { readonly workspace?: WorkspaceReference; readonly subPath: Text };

/** Params and workspaces for a Task that is used; what it requires is required. */
export type Wiring<P, W> = Field<"params", ParamInputs<P>> &
  Field<"workspaces", WorkspaceInputs<W, WorkspaceInput>>;

/** An argument that may be left out when nothing in it is required. */
export type Given<Options> = Record<never, never> extends Options ? [Flat<Options>?] : [Flat<Options>];

/** The documents that using a target needs. */
export const neededFor = (target: object): readonly object[] =>
  "kind" in target ? [target] : usesOf(target);

/** Declared results by name. */
export const resultsOf = (target: object): Record<string, ResultSpec> => {
  if ("results" in target) return unnamed(target.results as readonly ResultSpec[]);
  const spec = "inline" in target ? target.inline : "spec" in target ? target.spec : undefined;
  return unnamed((spec as TaskSpec | undefined)?.results);
};

/** Tekton's list of given params. */
export const paramList = (params: Readonly<Record<string, unknown>> | undefined): Param[] | undefined =>
  params && Object.entries(params).map(([name, value]) => ({ name, value: value as ParamValue }));

/** Tekton's list of passed workspaces. */
export const workspaceList = (
  workspaces: Readonly<Record<string, WorkspaceInput>> | undefined,
): WorkspacePassed[] | undefined =>
  workspaces && Object.entries(workspaces).map(([name, from]) => ({ name, ...passed(from) }));

interface WorkspacePassed {
  readonly name: string;
  readonly workspace?: string;
  readonly subPath?: string;
}

function passed(from: WorkspaceInput): Omit<WorkspacePassed, "name"> {
  if (from === true) return {};
  if (!("subPath" in from)) return { workspace: from.name };
  const { workspace, subPath } = from;
  return { ...(workspace && { workspace: workspace.name }), subPath: subPath as string };
}
