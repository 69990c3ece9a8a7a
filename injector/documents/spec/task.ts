// Tasks and StepActions, and the containers they are made of.

import type { Artifacts } from "./artifacts.ts";
import type { CacheUse } from "./cache.ts";
import type { ObjectRef, Param, ParamSpec, Raw, ResultSpec, WhenExpression } from "./common.ts";

export interface WorkspaceDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly mountPath?: string;
  readonly readOnly?: boolean;
  readonly optional?: boolean;
}

export interface WorkspaceUse {
  readonly name: string;
  readonly mountPath?: string;
}

export interface ContainerFields {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly script?: string;
  readonly workingDir?: string;
  readonly env?: readonly Raw[];
  readonly envFrom?: readonly Raw[];
  readonly volumeMounts?: readonly Raw[];
  readonly volumeDevices?: readonly Raw[];
  readonly imagePullPolicy?: string;
  readonly securityContext?: Raw;
  readonly computeResources?: Raw;
}

export interface StepSpec extends ContainerFields {
  readonly name?: string;
  readonly displayName?: string;
  readonly ref?: ObjectRef;
  readonly params?: readonly Param[];
  readonly timeout?: string;
  readonly onError?: string;
  readonly when?: readonly WhenExpression[];
  readonly results?: readonly ResultSpec[];
  readonly stdoutConfig?: { readonly path: string };
  readonly stderrConfig?: { readonly path: string };
  /** Isolation; on a `ref` to a Task (ours): `{name, workspace}` passes one of this Task's workspaces down. */
  readonly workspaces?: readonly (WorkspaceUse & {
    readonly workspace?: string;
    readonly subPath?: string;
  })[];
  /** Ours: times to run it again in place; steps it waits for (default: the one before); run whatever happened. */
  readonly retries?: number;
  readonly needs?: readonly string[];
  readonly finally?: boolean;
  /** Ours: data with immutable references. */
  readonly artifacts?: Artifacts;
  /** Ours: it is not run again for what has been run before. */
  readonly cache?: CacheUse;
}

export interface SidecarSpec extends ContainerFields {
  readonly name: string;
  readonly workspaces?: readonly WorkspaceUse[];
  readonly restartPolicy?: string;
  readonly readinessProbe?: Raw;
  readonly [field: string]: unknown;
}

export interface TaskSpec {
  readonly description?: string;
  readonly displayName?: string;
  readonly params?: readonly ParamSpec[];
  readonly workspaces?: readonly WorkspaceDeclaration[];
  readonly results?: readonly ResultSpec[];
  readonly steps: readonly StepSpec[];
  readonly stepTemplate?: ContainerFields;
  readonly sidecars?: readonly SidecarSpec[];
  readonly volumes?: readonly Raw[];
  /** Ours: of its steps that leave something. */
  readonly cache?: CacheUse;
}

export interface StepActionSpec extends ContainerFields {
  readonly description?: string;
  readonly params?: readonly ParamSpec[];
  readonly results?: readonly ResultSpec[];
}

/** Whether a step of this Task declares what it leaves; of a Task's results one cannot tell whose they are, but of one step alone. */
export const leavesSomething = (
  { artifacts, results }: Pick<StepSpec, "artifacts" | "results">,
  task: { readonly results?: readonly ResultSpec[]; readonly steps: readonly unknown[] },
): boolean =>
  (artifacts?.outputs ?? []).length > 0 ||
  (results ?? []).length > 0 ||
  (task.steps.length === 1 && (task.results ?? []).length > 0);
