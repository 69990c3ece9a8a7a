// Pipelines and the tasks in them.

import type { ArtifactInput } from "./artifacts.ts";
import type { CacheUse } from "./cache.ts";
import type { ObjectRef, Param, ParamSpec, ResultSpec, WhenExpression } from "./common.ts";
import type { TaskSpec } from "./task.ts";

export interface PipelineTask {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly taskRef?: ObjectRef;
  readonly taskSpec?: TaskSpec;
  readonly pipelineRef?: ObjectRef;
  readonly pipelineSpec?: PipelineSpec;
  readonly params?: readonly Param[];
  readonly workspaces?: readonly {
    readonly name: string;
    readonly workspace?: string;
    readonly subPath?: string;
  }[];
  /** Ours: what the Task's own inputs are, `$(tasks.<task>.outputs.<name>)`. */
  readonly artifacts?: { readonly inputs?: readonly Required<Pick<ArtifactInput, "name" | "from">>[] };
  /** Ours: of its steps that leave something, where the Task says nothing. */
  readonly cache?: CacheUse;
  readonly runAfter?: readonly string[];
  readonly when?: readonly WhenExpression[];
  readonly matrix?: {
    readonly params?: readonly Param[];
    readonly include?: readonly { readonly name?: string; readonly params?: readonly Param[] }[];
  };
  readonly retries?: number;
  readonly timeout?: string;
  readonly onError?: string;
}

export interface PipelineSpec {
  readonly description?: string;
  readonly displayName?: string;
  readonly params?: readonly ParamSpec[];
  readonly workspaces?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly optional?: boolean;
  }[];
  readonly tasks: readonly PipelineTask[];
  readonly finally?: readonly PipelineTask[];
  readonly results?: readonly ResultSpec[];
}
