// A step as it is written in TypeScript, and the StepSpec it becomes.

import type { ContainerFields, Raw, StepSpec } from "../documents/spec.ts";
import {
  type ArtifactPaths,
  artifactLists,
  artifactPaths,
  type OutputReference,
  outputOf,
  type StepArtifacts,
} from "./artifacts.ts";
import type { PathReference, Text, TextReference, Word } from "./reference.ts";
import { pathReference } from "./reference.ts";
import { named, references, resultFiles, type WorkspaceReference } from "./scope.ts";
import type { None, References, ResultFiles, Results } from "./signature.ts";

/** Variables by name; a value may be Kubernetes' `{ valueFrom }`. Tekton's own list is accepted too. */
export type Environment =
  | Readonly<Record<string, Text | { readonly valueFrom: Raw }>>
  | readonly Readonly<Record<string, unknown>>[];

export type Condition =
  | { readonly input: Text; readonly operator: "in" | "notin"; readonly values: readonly Word[] | Word }
  | { readonly cel: Text };

export type CacheSettings =
  | boolean
  | { readonly key?: readonly Text[]; readonly ttl?: string; readonly ignore?: readonly string[] };

/** A field that may need to know where the step's own results and artifacts are: `script: ({ results }) => …`. */
export type Own<R, Value, A = None> =
  | Value
  | ((own: {
      readonly results: ResultFiles<R>;
      readonly inputs: ArtifactPaths<A, "inputs">;
      readonly outputs: ArtifactPaths<A, "outputs">;
    }) => Value);

type Container = Omit<
  ContainerFields,
  "image" | "workingDir" | "command" | "args" | "script" | "env" | "imagePullPolicy"
>;

/** Fields that every kind of step has, whoever owns its container. */
export interface StepSettings {
  readonly displayName?: Text;
  readonly timeout?: Text;
  readonly onError?: Text;
  readonly when?: readonly Condition[];
  /** Steps to wait for, instead of the one before (baton.run/v1alpha1). */
  readonly needs?: readonly StepHandle<unknown>[];
  /** Times to run it again in place (baton.run/v1alpha1). */
  readonly retries?: number;
  /** What has been run before is not run again (baton.run/v1alpha1). */
  readonly cache?: CacheSettings;
  /** Run it whatever happened before (baton.run/v1alpha1). */
  readonly finally?: boolean;
  /** Fields the SDK does not know, as they shall stand in the YAML; they win. */
  readonly raw?: Raw;
}

/** A step of one's own. Declare `results` and `artifacts` before the fields that use them. */
export interface Step<R extends Results, A extends StepArtifacts = StepArtifacts>
  extends StepSettings,
    Container {
  readonly image?: Text;
  readonly workingDir?: Text;
  readonly imagePullPolicy?: Text;
  readonly results?: R;
  readonly artifacts?: A;
  readonly env?: Own<R, Environment, A>;
  readonly command?: Own<R, readonly Word[], A>;
  readonly args?: Own<R, readonly Word[], A>;
  readonly script?: Own<R, Text, A>;
  /** Only this step gets these workspaces; others of the Task then do not. */
  readonly workspaces?: readonly (
    | WorkspaceReference
    | { readonly name: string; readonly mountPath?: Text }
  )[];
  readonly stdoutConfig?: { readonly path: Text };
  readonly stderrConfig?: { readonly path: Text };
}

/** A step of this Task, for those who come after it. */
export interface StepHandle<R> {
  readonly name: string;
  readonly results: References<R>;
  readonly exitCode: { readonly path: PathReference };
  /** What it leaves, for the `from` of a later step's input. */
  output(name: string): OutputReference;
}

/** A step to share between Tasks: `step("lint", eslint)`. */
export const defineStep = <const R extends Results, const A extends StepArtifacts = StepArtifacts>(
  step: Step<R, A>,
): Step<R, A> => step;

/** The StepSpec of a step; references are still values in it. */
export function stepSpec<R extends Results, A extends StepArtifacts>(
  name: string,
  step: Step<R, A>,
): StepSpec {
  const { results, artifacts, env, command, args, script, workspaces, ...rest } = step;
  const own = {
    results: resultFiles("step.results", results) as ResultFiles<R>,
    inputs: artifactPaths("inputs", Object.keys(artifacts?.inputs ?? {})) as ArtifactPaths<A, "inputs">,
    outputs: artifactPaths("outputs", Object.keys(artifacts?.outputs ?? {})) as ArtifactPaths<A, "outputs">,
  };
  const its = <Value>(value: Own<R, Value, A> | undefined): Value | undefined =>
    typeof value === "function" ? (value as (its: typeof own) => Value)(own) : value;
  return stepFields(name, rest, {
    results: named(results),
    artifacts: artifactLists(artifacts),
    env: variables(its(env)),
    command: its(command),
    args: its(args),
    script: its(script),
    workspaces: workspaces?.map((use) => ("bound" in use ? { name: use.name } : use)),
  });
}

/** Settings, then the fields of one kind of step, then the raw ones. An empty name is no name. */
export function stepFields(name: string, settings: StepSettings, fields: Raw): StepSpec {
  const { needs, raw, ...rest } = settings;
  const spec = { ...rest, ...fields, needs: needs?.map((step) => step.name), ...raw };
  return (name === "" ? spec : { name, ...spec }) as StepSpec;
}

export const stepHandle = <R>(name: string, results: Results | undefined): StepHandle<R> => ({
  name,
  results: references(`steps.${name}.results`, results) as unknown as References<R>,
  exitCode: { path: pathReference(`steps.step-${name}.exitCode.path`) },
  output: outputOf("steps", name),
});

/** Tekton's list of variables. */
export function variables(env: Environment | undefined): readonly Raw[] | undefined {
  if (env === undefined || isList(env)) return env;
  return Object.entries(env).map(([name, value]) =>
    isSource(value) ? { name, ...value } : { name, value: value as string | TextReference },
  );
}

const isList = (env: Environment): env is readonly Raw[] => Array.isArray(env);

const isSource = (value: Text | { readonly valueFrom: Raw }): value is { readonly valueFrom: Raw } =>
  typeof value === "object" && "valueFrom" in value;
