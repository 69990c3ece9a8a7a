// defineRun: a TaskRun or PipelineRun of a definition, with the params and workspaces that it requires.

import type {
  Metadata,
  PipelineRunSpec,
  Raw,
  TaskRunSpec,
  TektonObject,
  Unversioned,
  WorkspaceBinding,
} from "../documents/spec.ts";
import { apiVersionOf } from "./api-version.ts";
import { plain } from "./plain.ts";
import type { Field, Flat, ParamInputs, WorkspaceInputs } from "./signature.ts";
import { type ExistingTask, neededFor, paramList, reference, type Target } from "./target.ts";
import { withUses } from "./uses.ts";

export type RunOptions<P, W> = Field<"params", ParamInputs<P>> &
  Field<"workspaces", WorkspaceInputs<W, Omit<WorkspaceBinding, "name">>> & {
    readonly name: string;
    readonly metadata?: Omit<Metadata, "name">;
    /** Fields of the spec that the SDK does not know, such as `timeout` or `taskRunTemplate`; they win. */
    readonly raw?: Raw;
  };

/**
 * One run: `defineRun(clone, { name: "try", params: { url }, workspaces: { output: { emptyDir: {} } } })`;
 * `defineRun(inline(clone), …)` has the Task in it.
 */
export function defineRun<P, W, R>(target: Runnable<P, W, R>, options: Flat<RunOptions<P, W>>): TektonObject {
  const { name, metadata, params, workspaces, raw } = options as RunOptions<Raw, Raw> & {
    readonly workspaces?: Readonly<Record<string, Omit<WorkspaceBinding, "name">>>;
  };
  const what = reference(target as Runnable<unknown, unknown, unknown>);
  const spec = {
    ...what,
    params: paramList(params),
    workspaces: workspaces && Object.entries(workspaces).map(([its, binding]) => ({ name: its, ...binding })),
    ...raw,
  } as unknown as TaskRunSpec & PipelineRunSpec;
  const isTask = what.taskRef !== undefined || what.taskSpec !== undefined;
  const kind = isTask ? ("TaskRun" as const) : ("PipelineRun" as const);
  const run: Unversioned = { kind, metadata: { name, ...metadata }, spec };
  return withUses(plain({ apiVersion: apiVersionOf(run), ...run } as TektonObject), neededFor(target));
}

type Runnable<P, W, R> = Exclude<Target<P, W, R>, ExistingTask<P, W, R>>;
