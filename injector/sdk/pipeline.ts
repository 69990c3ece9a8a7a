// definePipeline: what the Pipeline declares, then a body that uses Tasks and wires their results.

import type { Metadata, PipelineSpec, PipelineTask, Raw, ResultSpec } from "../spec.ts";
import { apiVersionOf } from "./api-version.ts";
import { plain } from "./plain.ts";
import type { Text, TextReference, Word } from "./reference.ts";
import { isReference, REFERENCE, textReference } from "./reference.ts";
import {
  arrayReferences,
  named,
  PIPELINE_CONTEXT,
  references,
  type WorkspaceReference,
  workspaceReferences,
} from "./scope.ts";
import type {
  ArrayReferences,
  Field,
  None,
  ParamInputs,
  Params,
  References,
  WorkspaceInputs,
} from "./signature.ts";
import type { Condition } from "./step.ts";
import {
  type Given,
  type PipelineDefinition,
  paramList,
  resultsOf,
  type Target,
  type Wiring,
  type WorkspaceInput,
  workspaceList,
} from "./target.ts";
import { unlessEmpty } from "./task.ts";

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

/** How a Task runs here. A result that is used is an edge already; `runAfter` is for the order that no data tells. */
export interface TaskSettings {
  readonly displayName?: Text;
  readonly description?: string;
  readonly runAfter?: readonly TaskHandle<unknown>[];
  readonly when?: readonly Condition[];
  readonly retries?: number;
  readonly timeout?: Text;
  readonly onError?: Text;
  /** Fields the SDK does not know, as they shall stand in the YAML; they win. */
  readonly raw?: Raw;
}

/** One run for each combination of `params`, and the combinations of `include` beside them. */
export interface Matrix<P> {
  readonly params?: { readonly [N in keyof P]?: readonly Text[] | Word };
  readonly include?: readonly { readonly name?: Text; readonly params?: Partial<ParamInputs<P>> }[];
}

/** A task of this Pipeline, for those who come after it. */
export interface TaskHandle<Results> {
  readonly name: string;
  readonly results: Results;
  /** `Succeeded`, `Failed` or `None`; for `task.finally` alone. */
  readonly status: TextReference;
  readonly reason: TextReference;
}

type Use<P, W> = Given<TaskSettings & Wiring<P, W>>;

export interface AddTask {
  /** Adds a task that runs `target`. */
  <P, W, R>(name: string, target: Target<P, W, R>, ...use: Use<P, W>): TaskHandle<References<R>>;
  /** Adds one that runs when all others have ended, however they did. */
  finally<P, W, R>(name: string, target: Target<P, W, R>, ...use: Use<P, W>): TaskHandle<References<R>>;
  /** Adds one run of `target` for each combination; its results are lists. */
  matrix<P, W, R>(
    name: string,
    target: Target<P, W, R>,
    use: TaskSettings &
      Field<"workspaces", WorkspaceInputs<W, WorkspaceInput>> & {
        readonly matrix: Matrix<P>;
        readonly params?: Partial<ParamInputs<P>>;
      },
  ): TaskHandle<ArrayReferences<R>>;
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
  const results = body({
    params: references("params", head.params) as unknown as References<P>,
    workspaces: workspaceReferences(head.workspaces) as { [N in keyof W]: WorkspaceReference },
    context: PIPELINE_CONTEXT,
    task: taskWriter(tasks, last),
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
  const pipeline = { apiVersion: "", kind: "Pipeline" as const, metadata: { name, ...metadata }, spec };
  return plain({ ...pipeline, apiVersion: apiVersion ?? apiVersionOf(pipeline) });
}

export const taskHandle = <Results>(name: string, results: Results): TaskHandle<Results> => ({
  name,
  results,
  status: textReference(`tasks.${name}.status`),
  reason: textReference(`tasks.${name}.reason`),
});

// --- Internal helpers ---

function taskWriter(tasks: PipelineTask[], last: PipelineTask[]): AddTask {
  const adder =
    (list: PipelineTask[], each = references) =>
    (name: string, target: object, use: object = {}): TaskHandle<never> => {
      list.push(pipelineTask(name, target, use));
      return taskHandle(name, each(`tasks.${name}.results`, resultsOf(target)) as never);
    };
  return Object.assign(adder(tasks), { finally: adder(last), matrix: adder(tasks, arrayReferences) });
}

type AnyUse = TaskSettings & Partial<Wiring<Params, Params>> & { readonly matrix?: Matrix<Params> };

function pipelineTask(name: string, target: object, use: AnyUse): PipelineTask {
  const { params, workspaces, runAfter, matrix, raw, ...rest } = use;
  const task = {
    name,
    ...targetFields(target as Target<unknown, unknown, unknown>),
    ...rest,
    params: paramList(params),
    workspaces: workspaceList(workspaces),
    runAfter: runAfter?.map((before) => before.name),
    matrix: matrix && {
      params: paramList(matrix.params),
      include: matrix.include?.map((one) => ({ ...one, params: paramList(one.params) })),
    },
    ...raw,
  };
  return task as unknown as PipelineTask;
}

function targetFields(target: Target<unknown, unknown, unknown>): Partial<PipelineTask> {
  if ("existing" in target) return { taskRef: target.existing };
  if ("inline" in target) return { taskSpec: target.inline };
  const ref = { name: target.metadata.name as string };
  return target.kind === "Pipeline" ? { pipelineRef: ref } : { taskRef: ref };
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
