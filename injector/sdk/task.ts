// defineTask: what the Task declares, then a body that writes its steps in order.

import type { ContainerFields, Metadata, Raw, SidecarSpec, StepSpec, TaskSpec } from "../documents/spec.ts";
import { apiVersionOf } from "./api-version.ts";
import { boundLists, type PassedArtifacts, type StepArtifacts } from "./artifacts.ts";
import { plain } from "./plain.ts";
import type { Text } from "./reference.ts";
import {
  named,
  references,
  resultFiles,
  TASK_CONTEXT,
  type WorkspaceReference,
  workspaceReferences,
} from "./scope.ts";
import type {
  Field,
  None,
  ParamInputs,
  Params,
  References,
  ResultFiles,
  Results,
  Workspaces,
} from "./signature.ts";
import {
  type CacheSettings,
  type Environment,
  type Step,
  type StepHandle,
  type StepSettings,
  stepFields,
  stepHandle,
  stepSpec,
  variables,
} from "./step.ts";
import {
  type ExistingTask,
  type Given,
  neededFor,
  paramList,
  resultsOf,
  type StepActionDefinition,
  type TaskDefinition,
  type Wiring,
  workspaceList,
} from "./target.ts";
import { withUses } from "./uses.ts";

export interface TaskHead<P, W, R> {
  readonly name: string;
  readonly description?: string;
  readonly displayName?: string;
  readonly params?: P;
  readonly workspaces?: W;
  readonly results?: R;
  readonly stepTemplate?: ContainerFields;
  /** Of its steps that leave something: what has been run before is not run again (baton.run/v1alpha1). */
  readonly cache?: CacheSettings;
  readonly metadata?: Omit<Metadata, "name">;
  /** Default: tekton.dev/v1, or baton.run/v1alpha1 where a field of ours is used. */
  readonly apiVersion?: string;
  /** Fields of the spec that the SDK does not know; they win. */
  readonly raw?: Raw;
}

export interface Sidecar extends Omit<SidecarSpec, "name" | "env"> {
  readonly env?: Environment;
}

/** What a Task's body writes with. Calls append, in order. */
export interface TaskBody<P, W, R> {
  readonly params: References<P>;
  readonly workspaces: { readonly [N in keyof W]: WorkspaceReference };
  /** Where the Task's own results are written. */
  readonly results: ResultFiles<R>;
  readonly context: typeof TASK_CONTEXT;
  /** Adds a step; "" leaves it unnamed. */
  step<const S extends Results = None, const A extends StepArtifacts = None>(
    name: string,
    step: Step<S, A>,
  ): StepHandle<S>;
  /** Adds a step that a StepAction describes. */
  action<P2, R2>(
    name: string,
    action: StepActionDefinition<P2, R2>,
    ...use: Given<StepSettings & Field<"params", ParamInputs<P2>>>
  ): StepHandle<R2>;
  /** Adds all steps of another Task, in this place (baton.run/v1alpha1). */
  task<P2, W2, R2>(
    name: string,
    task: TaskDefinition<P2, W2, R2> | ExistingTask<P2, W2, R2>,
    ...use: Given<StepSettings & Wiring<P2, W2> & { readonly artifacts?: PassedArtifacts }>
  ): StepHandle<R2>;
  sidecar(name: string, sidecar: Sidecar): void;
  /** A Kubernetes volume: `volumeMounts: [{ name: cache.name, mountPath: "/cache" }]`. */
  volume(name: string, source: Raw): { readonly name: string };
}

/** Values of declared results, where a step's result is the Task's: `return { digest: build.results.digest }`. */
export type LiftedResults<R, Lifted> = {
  readonly [N in keyof Lifted]: N extends keyof R ? Text : never;
};

/**
 * A Task, as plain data that prints as YAML and that Pipelines use by its types.
 * The second argument is called once, at once.
 */
export function defineTask<
  const P extends Params = None,
  const W extends Workspaces = None,
  const R extends Results = None,
  Lifted = void,
>(
  head: TaskHead<P, W, R>,
  body: (task: TaskBody<P, W, R>) => Lifted & LiftedResults<R, Lifted>,
): TaskDefinition<P, W, R> {
  const steps: StepSpec[] = [];
  const sidecars: SidecarSpec[] = [];
  const volumes: Raw[] = [];
  const used: object[] = [];
  const lifted = body({
    params: references("params", head.params) as unknown as References<P>,
    workspaces: workspaceReferences(head.workspaces) as { [N in keyof W]: WorkspaceReference },
    results: resultFiles("results", head.results) as ResultFiles<R>,
    context: TASK_CONTEXT,
    ...stepWriters(steps, used),
    sidecar: (name, { env, ...rest }) =>
      void sidecars.push({ ...rest, name, ...(env && { env: variables(env) }) } as SidecarSpec),
    volume: (name, source) => {
      volumes.push({ name, ...source });
      return { name };
    },
  }) as Readonly<Record<string, Text>> | undefined;
  const { name, params, workspaces, results, metadata, apiVersion, raw, ...rest } = head;
  const spec = {
    ...rest,
    params: named<Params[string]>(params),
    workspaces: named<Workspaces[string]>(workspaces),
    results: named<Results[string]>(results)?.map((one) => ({ ...one, value: lifted?.[one.name] })),
    steps,
    sidecars: unlessEmpty(sidecars),
    volumes: unlessEmpty(volumes),
    ...raw,
  } as unknown as TaskSpec;
  const task = { kind: "Task" as const, metadata: { name, ...metadata }, spec };
  return withUses(plain({ apiVersion: apiVersion ?? apiVersionOf(task), ...task }), used);
}

function stepWriters(
  steps: StepSpec[],
  used: object[],
): Pick<TaskBody<unknown, unknown, unknown>, "step" | "action" | "task"> {
  return {
    step: (name, step) => {
      steps.push(stepSpec(name, step));
      return stepHandle(name, step.results);
    },
    action: (name, action, ...[use]) => {
      const { params, ...settings } = (use ?? {}) as StepSettings & { readonly params?: Raw };
      const ref = { name: action.metadata.name };
      used.push(action);
      steps.push(stepFields(name, settings, { ref, params: paramList(params) }));
      return stepHandle(name, resultsOf(action));
    },
    task: (name, task, ...[use]) => {
      const { params, workspaces, artifacts, ...settings } = (use ?? {}) as StepSettings &
        Partial<Wiring<Params, Workspaces>> & { readonly artifacts?: PassedArtifacts };
      const ref = "existing" in task ? task.existing : { name: task.metadata.name };
      used.push(...neededFor(task));
      const wiring = {
        params: paramList(params),
        workspaces: workspaceList(workspaces),
        artifacts: boundLists(artifacts),
      };
      steps.push(stepFields(name, settings, { ref: { ...ref, kind: "Task" }, ...wiring }));
      return stepHandle(name, resultsOf(task));
    },
  };
}

export const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length > 0 ? list : undefined;
