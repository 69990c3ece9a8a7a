// What can be used as a Task: one defined here, one that exists elsewhere, or one written into its Pipeline.

import type { ObjectRef, Param, ParamValue, ResultSpec, TaskSpec, TektonObject } from "../spec.ts";
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

/** A Task that becomes part of its Pipeline's document (`taskSpec`). */
export interface InlineTask<P, W, R> extends Signature<P, W, R> {
  readonly inline: TaskSpec;
}

/** Anything that can run as a Pipeline's task. */
export type Target<P, W, R> =
  | TaskDefinition<P, W, R>
  | ExistingTask<P, W, R>
  | InlineTask<P, W, R>
  | PipelineDefinition<P, W>;

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

/** Writes the Task into the Pipeline that uses it, instead of referring to it by name. */
export const inline = <P, W, R>(task: TaskDefinition<P, W, R>): InlineTask<P, W, R> =>
  withUses({ inline: task.spec }, usesOf(task));

/** A workspace of the user's, or a directory in it; `true` is the user's workspace of the same name. */
export type WorkspaceInput =
  | WorkspaceReference
  | true
  | { readonly workspace: WorkspaceReference; readonly subPath: Text };

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

// --- Internal helpers ---

interface WorkspacePassed {
  readonly name: string;
  readonly workspace?: string;
  readonly subPath?: string;
}

function passed(from: WorkspaceInput): Omit<WorkspacePassed, "name"> {
  if (from === true) return {};
  if (!("workspace" in from)) return { workspace: from.name };
  return { workspace: from.workspace.name, subPath: from.subPath as string };
}
