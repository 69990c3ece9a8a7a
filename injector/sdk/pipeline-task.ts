// A Pipeline's tasks: what uses a Task, and the handle that its results are read from.

import type { PipelineTask, Raw } from "../documents/spec.ts";
import { type BoundArtifacts, boundLists, type OutputReference, outputOf } from "./artifacts.ts";
import { type Text, type TextReference, textReference, type Word } from "./reference.ts";
import { arrayReferences, references } from "./scope.ts";
import type {
  ArrayReferences,
  Field,
  ParamInputs,
  Params,
  References,
  WorkspaceInputs,
} from "./signature.ts";
import type { CacheSettings, Condition } from "./step.ts";
import {
  type Given,
  neededFor,
  paramList,
  reference,
  resultsOf,
  type Target,
  type Wiring,
  type WorkspaceInput,
  workspaceList,
} from "./target.ts";

/** How a Task runs here. A result that is used is an edge already; `runAfter` is for the order that no data tells. */
export interface TaskSettings {
  readonly displayName?: Text;
  readonly description?: string;
  readonly runAfter?: readonly TaskHandle<unknown>[];
  readonly when?: readonly Condition[];
  readonly retries?: number;
  readonly timeout?: Text;
  readonly onError?: Text;
  /** Of its steps that leave something: what has been run before is not run again (baton.run/v1alpha1). */
  readonly cache?: CacheSettings;
  /** What the Task's own inputs are: `{ inputs: { source: clone.output("source") } }` (baton.run/v1alpha1). */
  readonly artifacts?: BoundArtifacts;
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
  /** What one of its steps leaves. */
  output(name: string): OutputReference;
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

/**
 * Adds to the list of tasks, or to that of `finally`, whose results only the Pipeline's own results can read; what they
 * run goes to `used`.
 */
export function taskWriter(tasks: PipelineTask[], last: PipelineTask[], used: object[]): AddTask {
  const adder =
    (list: PipelineTask[], room: "tasks" | "finally", each = references) =>
    (name: string, target: object, use: object = {}): TaskHandle<never> => {
      list.push(pipelineTask(name, target, use));
      used.push(...neededFor(target));
      return taskHandle(name, each(`${room}.${name}.results`, resultsOf(target)) as never);
    };
  return Object.assign(adder(tasks, "tasks"), {
    finally: adder(last, "finally"),
    matrix: adder(tasks, "tasks", arrayReferences),
  });
}

export const taskHandle = <Results>(name: string, results: Results): TaskHandle<Results> => ({
  name,
  results,
  status: textReference(`tasks.${name}.status`),
  reason: textReference(`tasks.${name}.reason`),
  output: outputOf("tasks", name),
});

type AnyUse = TaskSettings & Partial<Wiring<Params, Params>> & { readonly matrix?: Matrix<Params> };

function pipelineTask(name: string, target: object, use: AnyUse): PipelineTask {
  const { params, workspaces, artifacts, runAfter, matrix, raw, ...rest } = use;
  const task = {
    name,
    ...reference(target as Target<unknown, unknown, unknown>),
    ...rest,
    params: paramList(params),
    workspaces: workspaceList(workspaces),
    artifacts: boundLists(artifacts),
    runAfter: runAfter?.map((before) => before.name),
    matrix: matrix && {
      params: paramList(matrix.params),
      include: matrix.include?.map((one) => ({ ...one, params: paramList(one.params) })),
    },
    ...raw,
  };
  return task as unknown as PipelineTask;
}
