// The values behind the names of a body: `params.url`, `workspaces.source.path`, `results.commit.path`.

import type { ContextName } from "../documents/contexts.ts";
import type { ParamType } from "../documents/spec.ts";
import {
  arrayReference,
  member,
  objectReference,
  type PathReference,
  pathReference,
  type TextReference,
  textReference,
} from "./reference.ts";

/** A declared workspace, to work in or to hand to a Task that is used here. */
export interface WorkspaceReference {
  readonly name: string;
  /** Where it is mounted. */
  readonly path: PathReference;
  /** "true" or "false": whether an optional workspace was given. */
  readonly bound: TextReference;
  /** Name of the PersistentVolumeClaim behind it, if there is one. */
  readonly claim: TextReference;
}

/** What a Task knows of its run: `context.taskRun.name`. */
export const TASK_CONTEXT = {
  taskRun: runContext("taskRun"),
  task: { name: contextReference("task.name"), retryCount: contextReference("task.retry-count") },
} as const;

/** What a Pipeline knows of its run: `context.pipelineRun.name`. */
export const PIPELINE_CONTEXT = {
  pipelineRun: runContext("pipelineRun"),
  pipeline: { name: contextReference("pipeline.name") },
  pipelineTask: { retries: contextReference("pipelineTask.retries") },
} as const;

interface Declaration {
  readonly type?: ParamType;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly default?: unknown;
}
type Declarations = Readonly<Record<string, Declaration>>;

/** References to declared params or results, by name: `$(params.url)`, `$(tasks.build.results.digest)`. */
export const references = (prefix: string, declared: Declarations = {}): Record<string, object> =>
  byName(declared, (name, declaration) => referenceTo(member(prefix, name), declaration));

/** The same where a matrix makes a list of each. */
export const arrayReferences = (prefix: string, declared: Declarations = {}): Record<string, object> =>
  byName(declared, (name) => arrayReference(member(prefix, name)));

/** Where results are written: `$(results.commit.path)` of a Task, `$(step.results.commit.path)` of a step. */
export const resultFiles = (prefix: string, declared: Declarations = {}): Record<string, unknown> =>
  byName(declared, (name) => ({ path: pathReference(`${member(prefix, name)}.path`) }));

export const workspaceReferences = (
  declared: Readonly<Record<string, unknown>> = {},
): Record<string, WorkspaceReference> =>
  byName(declared, (name) => ({
    name,
    path: pathReference(`${member("workspaces", name)}.path`),
    bound: textReference(`${member("workspaces", name)}.bound`),
    claim: textReference(`${member("workspaces", name)}.claim`),
  }));

/** Tekton's list of named things from the SDK's record of them. */
export const named = <D extends object>(
  record: Readonly<Record<string, D>> | undefined,
): (D & { readonly name: string })[] | undefined =>
  record && Object.entries(record).map(([name, declaration]) => ({ name, ...declaration }));

/** The SDK's record from Tekton's list. */
export const unnamed = <D extends { readonly name: string }>(
  list: readonly D[] | undefined,
): Record<string, D> => Object.fromEntries((list ?? []).map((one) => [one.name, one]));

function contextReference(name: ContextName): TextReference {
  return textReference(`context.${name}`);
}

function runContext(run: "taskRun" | "pipelineRun") {
  const field = (name: "name" | "namespace" | "uid") => contextReference(`${run}.${name}`);
  return { name: field("name"), namespace: field("namespace"), uid: field("uid") };
}

function referenceTo(expression: string, declared: Declaration): object {
  const type = declared.type ?? typeOf(declared.default);
  if (type === "array") return arrayReference(expression);
  if (type === "string") return textReference(expression);
  const defaults = declared.default as Readonly<Record<string, string>> | undefined;
  return objectReference(expression, Object.keys({ ...declared.properties, ...defaults }));
}

function typeOf(value: unknown): ParamType {
  if (Array.isArray(value)) return "array";
  return typeof value === "object" ? "object" : "string";
}

const byName = <D, T>(
  record: Readonly<Record<string, D>>,
  make: (name: string, declared: D) => T,
): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, declared]) => [name, make(name, declared)]));
