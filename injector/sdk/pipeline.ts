// definePipeline: what the Pipeline declares, then a body that uses Tasks and wires their results.

import type { Metadata, PipelineSpec, PipelineTask, Raw, ResultSpec } from "../documents/spec.ts";
import { apiVersionOf } from "./api-version.ts";
import { type AddTask, taskWriter } from "./pipeline-task.ts";
import { plain } from "./plain.ts";
import { isReference, REFERENCE, type TextReference, textReference, type Word } from "./reference.ts";
import {
  named,
  PIPELINE_CONTEXT,
  references,
  type WorkspaceReference,
  workspaceReferences,
} from "./scope.ts";
import type { None, Params, References } from "./signature.ts";
import type { PipelineDefinition } from "./target.ts";
import { unlessEmpty } from "./task.ts";
import { withUses } from "./uses.ts";

export type PipelineWorkspaces = Readonly<
  Record<string, { readonly description?: string; readonly optional?: boolean }>
>;

export interface PipelineHead<P, W> {
  readonly name: string;
  readonly description?: string;
  readonly displayName?: string;
  readonly params?: P;
  readonly workspaces?: W;
  readonly metadata?: Omit<Metadata, "name">;
  /** Default: tekton.dev/v1, or baton.run/v1alpha1 where a field of ours is used. */
  readonly apiVersion?: string;
  /** Fields of the spec that the SDK does not know; they win. */
  readonly raw?: Raw;
}

/** What a Pipeline's body writes with. Calls append, in order. */
export interface PipelineBody<P, W> {
  readonly params: References<P>;
  readonly workspaces: { readonly [N in keyof W]: WorkspaceReference };
  readonly context: typeof PIPELINE_CONTEXT;
  readonly task: AddTask;
  /** `$(tasks.status)`: how all tasks went together; for `task.finally` alone. */
  readonly status: TextReference;
}

/** Results of the Pipeline by name, as the body returns them. */
export type PipelineResults = Readonly<
  Record<string, Word | (Omit<ResultSpec, "name" | "value"> & { readonly value: Word })>
>;

/**
 * A Pipeline, as plain data. What the body returns are its results: `return { digest: build.results.digest }`.
 * The body is called once, at once.
 */
export function definePipeline<const P extends Params = None, const W extends PipelineWorkspaces = None>(
  head: PipelineHead<P, W>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a body that has no results returns nothing
  body: (pipeline: PipelineBody<P, W>) => PipelineResults | void,
): PipelineDefinition<P, W> {
  const tasks: PipelineTask[] = [];
  const last: PipelineTask[] = [];
  const used: object[] = [];
  const results = body({
    params: references("params", head.params) as unknown as References<P>,
    workspaces: workspaceReferences(head.workspaces) as { [N in keyof W]: WorkspaceReference },
    context: PIPELINE_CONTEXT,
    task: taskWriter(tasks, last, used),
    status: textReference("tasks.status"),
  });
  const { name, params, workspaces, metadata, apiVersion, raw, ...rest } = head;
  const spec = {
    ...rest,
    params: named<Params[string]>(params),
    workspaces: named<PipelineWorkspaces[string]>(workspaces),
    tasks,
    finally: unlessEmpty(last),
    results: results && named(valued(results)),
    ...raw,
  } as unknown as PipelineSpec;
  const pipeline = { kind: "Pipeline" as const, metadata: { name, ...metadata }, spec };
  return withUses(plain({ apiVersion: apiVersion ?? apiVersionOf(pipeline), ...pipeline }), used);
}

/** `{ digest: reference }` is short for `{ digest: { value: reference } }`; a list says that it is one. */
const valued = (results: PipelineResults): Record<string, { value: Word }> =>
  Object.fromEntries(
    Object.entries(results).map(([name, result]) => {
      const full = typeof result === "object" && "value" in result ? result : { value: result };
      const type = isReference(full.value) && full.value[REFERENCE] === "array" ? "array" : undefined;
      return [name, type === undefined ? full : { type, ...full }];
    }),
  );
