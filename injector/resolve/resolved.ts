// A run in which every reference has been followed and every default applied: what `resolve` hands to `plan`.
// A TaskRun or a bare Task is a run of one task; so `plan` knows only one shape.

import type { Diagnostic, Place } from "../diagnostics/diagnostic.ts";
import type { Part } from "../documents/load.ts";
import type { SourceRecord } from "../documents/source.ts";
import type {
  DataObject,
  Param,
  ParamSpec,
  ParamValue,
  PipelineTask,
  Raw,
  ResultSpec,
  StepActionSpec,
  StepSpec,
  TaskSpec,
  WhenExpression,
  WorkspaceBinding,
} from "../documents/spec.ts";
import type { Context } from "../substitute/context.ts";

export interface ResolvedRun {
  readonly name: string;
  readonly source: SourceObject;
  /** What was picked to be run, as `--target` has it. */
  readonly target: string;
  /** Texts that it was read from. */
  readonly sources: readonly SourceRecord[];
  /** Values of the run's declared and propagated params, by name. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The run's bindings by workspace name; an unbound optional workspace is absent. */
  readonly workspaces: Readonly<Record<string, WorkspaceBinding>>;
  readonly tasks: readonly ResolvedTask[];
  readonly finally: readonly ResolvedTask[];
  /** A TaskRun's are its Task's, as `$(tasks.<task>.results.<name>)`. */
  readonly results: readonly ResultSpec[];
  /** Milliseconds; absent is none. */
  readonly timeouts: { readonly run?: number; readonly tasks?: number; readonly finally?: number };
  readonly pod: PodSettings;
  /** Some values stand in for others, so that what hangs on values is not as it will be. */
  readonly standIns?: true;
  /** What is not as it should be, and stops no run. */
  readonly warnings?: readonly Diagnostic[];
  readonly data: readonly DataObject[];
  /** What `$(context.…)` of the run is, by dotted name: "pipelineRun.name", "taskRun.uid" … */
  readonly context: Context;
  /** Where a piece of the run was written, by a path such as `tasks.build.params.image`; for plan-time errors. */
  place(path: string, of?: Part): Place | undefined;
}

export interface ResolvedTask {
  /** The pipeline task's name, or the Task's. */
  readonly name: string;
  readonly displayName?: string;
  /** The name of the Task object (`$(context.task.name)`). */
  readonly taskName: string;
  /** Step refs to StepActions and to Tasks are already followed: see ResolvedStep. */
  readonly spec: Omit<TaskSpec, "steps"> & { readonly steps: readonly ResolvedStep[] };
  /** As given: references to run params are already replaced, those to results of other Tasks are still in. */
  readonly params: readonly Param[];
  /** Workspace of the Task → workspace of the run, absent where an optional one is not passed. */
  readonly workspaces: readonly {
    readonly name: string;
    readonly workspace: string;
    readonly subPath?: string;
  }[];
  /** What its own inputs are bound to; one without `from` is the input of that name of the Task around it. */
  readonly artifacts?: readonly { readonly name: string; readonly from?: string }[];
  readonly runAfter: readonly string[];
  readonly when: readonly WhenExpression[];
  readonly matrix?: NonNullable<PipelineTask["matrix"]>;
  readonly retries: number;
  readonly timeout?: number;
  readonly onError?: string;
  /** Overrides for this task alone (taskRunSpecs): differing ones make a cut. */
  readonly pod?: PodSettings;
  readonly computeResources?: Raw;
}

export type ResolvedStep =
  /** A step of the Task itself, and beside it the StepAction it refers to: each speaks of params of its own. */
  | { readonly kind: "step"; readonly step: StepSpec; readonly action?: ResolvedAction }
  /** Ours: the steps of another Task, in this place. `task.params` may refer to the outer Task's params and results. */
  | {
      readonly kind: "task";
      readonly name: string;
      readonly task: ResolvedTask;
      /** Members of the Task around it that it waits for; absent: the one before. */
      readonly needs?: readonly string[];
      /** Runs whatever became of the steps before it. */
      readonly finally?: boolean;
    };

export interface ResolvedAction {
  readonly name: string;
  readonly declared: readonly ParamSpec[];
  readonly given: readonly Param[];
  /** What it brings along; what the step itself says wins. */
  readonly fields: Omit<StepActionSpec, "description" | "params">;
}

export interface SourceObject {
  readonly kind: "Task" | "TaskRun" | "Pipeline" | "PipelineRun" | "Compose";
  readonly name: string;
  readonly file: string;
}

export interface PodSettings {
  readonly serviceAccountName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Fields of a Tekton podTemplate, which are fields of a pod spec. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Variables of all steps, which win over the steps' own: a pod has none. */
  readonly env?: readonly Raw[];
}
