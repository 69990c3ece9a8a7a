// TaskRuns and PipelineRuns: what is run, with which values, in which pods.

import type { Metadata, ObjectRef, Param, Raw } from "./common.ts";
import type { PipelineSpec } from "./pipeline.ts";
import type { TaskSpec } from "./task.ts";

/** A TaskRun's or PipelineRun's binding; `folder` is ours (a directory of the user's machine). */
export interface WorkspaceBinding {
  readonly name: string;
  readonly subPath?: string;
  readonly emptyDir?: Raw;
  readonly persistentVolumeClaim?: Raw;
  readonly volumeClaimTemplate?: Raw;
  readonly configMap?: Raw;
  readonly secret?: Raw;
  readonly projected?: Raw;
  readonly csi?: Raw;
  readonly folder?: string;
}

interface RunFields {
  readonly params?: readonly Param[];
  readonly workspaces?: readonly WorkspaceBinding[];
  readonly serviceAccountName?: string;
  readonly podTemplate?: Raw;
}

export interface TaskRunSpec extends RunFields {
  readonly taskRef?: ObjectRef;
  readonly taskSpec?: TaskSpec;
  readonly timeout?: string;
  readonly retries?: number;
  readonly computeResources?: Raw;
  readonly stepSpecs?: readonly Raw[];
  readonly sidecarSpecs?: readonly Raw[];
  readonly debug?: Raw;
}

export interface PipelineRunSpec extends RunFields {
  readonly pipelineRef?: ObjectRef;
  readonly pipelineSpec?: PipelineSpec;
  readonly timeouts?: { readonly pipeline?: string; readonly tasks?: string; readonly finally?: string };
  readonly taskRunTemplate?: { readonly serviceAccountName?: string; readonly podTemplate?: Raw };
  readonly taskRunSpecs?: readonly PipelineTaskRunSpec[];
}

/** What a PipelineRun says about one of its tasks. */
export interface PipelineTaskRunSpec {
  readonly pipelineTaskName: string;
  readonly serviceAccountName?: string;
  readonly podTemplate?: Raw;
  readonly stepSpecs?: readonly Raw[];
  readonly sidecarSpecs?: readonly Raw[];
  readonly metadata?: Metadata;
  readonly computeResources?: Raw;
  readonly timeout?: string;
}
