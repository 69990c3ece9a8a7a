// Tasks and StepActions, and the containers they are made of.

import type { Artifacts } from "./artifacts.ts";
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
}

export interface StepActionSpec extends ContainerFields {
  readonly description?: string;
  readonly params?: readonly ParamSpec[];
  readonly results?: readonly ResultSpec[];
}
