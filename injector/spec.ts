// Tekton's objects as types: what `load` hands on once a document has passed its schema. Fields that Kubernetes
// owns stay raw, because they pass through. `baton.run/v1alpha1` adds the fields marked "ours".

export type Raw = Readonly<Record<string, unknown>>;
export type ParamValue = string | readonly string[] | { readonly [key: string]: string };
export type ParamType = "string" | "array" | "object";

export interface ParamSpec {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: "string" }>>;
  readonly default?: ParamValue;
  readonly enum?: readonly string[];
}

export interface Param {
  readonly name: string;
  readonly value: ParamValue;
}

export interface WorkspaceDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly mountPath?: string;
  readonly readOnly?: boolean;
  readonly optional?: boolean;
}

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

export interface ResultSpec {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Raw;
  readonly value?: ParamValue;
}

export interface WhenExpression {
  readonly input?: string;
  readonly operator?: "in" | "notin";
  readonly values?: readonly string[];
  readonly cel?: string;
}

export interface WorkspaceUse {
  readonly name: string;
  readonly mountPath?: string;
}

/** A reference by name, by resolver, or (ours) to a Task from a step: `kind: Task`. */
export interface ObjectRef {
  readonly name?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resolver?: string;
  readonly params?: readonly Param[];
  readonly bundle?: string;
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

export interface Metadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface ObjectOf<Kind extends string, Spec> {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec: Spec;
}

export type TektonObject =
  | ObjectOf<"Task", TaskSpec>
  | ObjectOf<"StepAction", StepActionSpec>
  | ObjectOf<"TaskRun", TaskRunSpec>
  | ObjectOf<"Pipeline", PipelineSpec>
  | ObjectOf<"PipelineRun", PipelineRunSpec>;

/** ConfigMap and Secret documents given beside the Tasks; values decoded to base64 by name. */
export interface DataObject {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}
