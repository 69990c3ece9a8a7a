// A Pipeline as a call of the SDK.

import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { taskHandle } from "../sdk/pipeline-task.ts";
import { textReference } from "../sdk/reference.ts";
import { arrayReferences, PIPELINE_CONTEXT, references, workspaceReferences } from "../sdk/scope.ts";
import { asBoundArtifacts } from "./artifacts.ts";
import { Body } from "./body.ts";
import { Code } from "./code.ts";
import type { ExistingTasks } from "./existing.ts";
import { mapRecord, only, recordOf, translate, type Writers } from "./fields.ts";
import type { Module } from "./module.ts";
import { printCall } from "./print.ts";
import type { Scope } from "./scope.ts";
import { asIs, asParams, asText, asWorkspaces, paramValue, settings } from "./shared.ts";
import { taskCall } from "./task.ts";
import { deep, text } from "./text.ts";

interface Context {
  readonly body: Body;
  readonly module: Module;
  readonly existing: ExistingTasks;
  readonly workspaces: object;
}

/** Nothing where the SDK has no words for it. */
export function pipelineCall(
  head: Raw,
  spec: Raw,
  module: Module,
  existing: ExistingTasks,
): string | undefined {
  const { tasks, finally: last, results, ...declared } = spec;
  const lists = [tasks, last ?? []];
  if (!lists.every((list) => Array.isArray(list) && list.every(isRaw))) return undefined;
  const [params, workspaces] = [recordOf(declared["params"]), recordOf(declared["workspaces"])];
  const body = new Body(module.names.inner());
  body.scope.learn("params", references("params", params));
  body.scope.learn("workspaces", workspaceReferences(workspaces));
  body.scope.learn("context", PIPELINE_CONTEXT);
  body.scope.learn("status", textReference("tasks.status"));
  const context = { body, module, existing, workspaces: workspaces ?? {} };
  const written = [
    ...(tasks as readonly Raw[]).map((task) => writeTask(task, "task", context)),
    ...((last ?? []) as readonly Raw[]).map((task) => writeTask(task, "task.finally", context)),
  ];
  if (written.includes(false)) return undefined;
  const values = mapRecord(recordOf(results), (result) => resultValue(result, body.scope));
  body.returns(values);
  const writers = {
    description: asIs("string"),
    displayName: asIs("string"),
    params: () => params,
    workspaces: () => workspaces,
  };
  const left = {
    ...(Array.isArray(last) && last.length === 0 && { finally: last }),
    ...(results !== undefined && values === undefined && { results }),
  };
  const { name, ...rest } = head;
  const fields = translate({ ...declared, ...left }, writers, (raw) => raw);
  module.imports.add("definePipeline");
  return printCall("definePipeline", [{ name, ...fields, ...rest }, body.source()]);
}

function writeTask(task: Raw, callee: string, context: Context): boolean {
  const { name, taskRef, taskSpec, pipelineRef, ...fields } = task;
  const { body } = context;
  if (typeof name !== "string" || name === "") return false;
  const target = targetOf({ taskRef, taskSpec, pipelineRef }, name, context);
  if (target === undefined || "pipelineSpec" in task) return false;
  const matrix = callee === "task" ? matrixOf(fields["matrix"], body.scope) : undefined;
  const use = translate(
    { ...fields, ...target.raw },
    { matrix: () => matrix, ...useWriters(context, (target.object["spec"] as Raw | undefined)?.["params"]) },
    (raw) => deep(raw, body.scope),
  );
  const declared = recordOf((target.object["spec"] as Raw | undefined)?.["results"]) ?? {};
  const room = callee === "task" ? "tasks" : "finally";
  const results = (matrix === undefined ? references : arrayReferences)(`${room}.${name}.results`, declared);
  const args = [name, target.code, Object.keys(use).length > 0 ? use : undefined];
  const verb = matrix === undefined ? callee : "task.matrix";
  body.call(verb, args, "Task", taskHandle(name, results));
  return true;
}

const useWriters = ({ body, workspaces }: Context, params: unknown): Writers => ({
  params: asParams(body.scope, params),
  workspaces: asWorkspaces(body.scope, workspaces),
  artifacts: asBoundArtifacts(body.scope, false),
  runAfter: (value) => body.handles(value),
  ...settings(body.scope),
  description: asIs("string"),
});

interface Found {
  readonly code: Code;
  readonly object: Raw;
  /** Fields to keep as they were written. */
  readonly raw?: Raw;
}

function targetOf(refs: Raw, name: string, { module, existing }: Context): Found | undefined {
  const { taskRef, taskSpec, pipelineRef } = refs;
  if ([taskRef, taskSpec, pipelineRef].filter((one) => one !== undefined).length !== 1) return undefined;
  if (isRaw(taskRef)) return taskByRef(taskRef, module, existing);
  if (isRaw(taskSpec)) return inlineTask(name, taskSpec, module, existing);
  const isName = isRaw(pipelineRef) && only(pipelineRef, "name");
  const known = isName ? module.find("Pipeline", pipelineRef["name"]) : undefined;
  return known && { code: new Code(known.identifier), object: {} };
}

function taskByRef(taskRef: Raw, module: Module, existing: ExistingTasks): Found {
  const isName = only(taskRef, "name", "kind") && (taskRef["kind"] ?? "Task") === "Task";
  const known = isName ? module.find("Task", taskRef["name"]) : undefined;
  const { identifier, object } = known ?? existing.define(taskRef);
  // The SDK writes the name alone; whoever wrote more gets it back.
  const raw = known !== undefined && "kind" in taskRef ? { taskRef } : {};
  return { code: new Code(identifier), object, raw };
}

/** A Task of its own in the module, not exported: it is no document. */
function inlineTask(name: string, spec: Raw, module: Module, existing: ExistingTasks): Found | undefined {
  if (["metadata", "apiVersion", "kind", "spec"].some((field) => field in spec)) return undefined;
  const call = taskCall({ name }, spec, module, existing);
  if (call === undefined) return undefined;
  const identifier = module.names.take(name, "Task");
  module.define(identifier, call);
  module.imports.add("inline");
  return { code: new Code(`inline(${identifier})`), object: { spec } };
}

function matrixOf(matrix: unknown, scope: Scope): unknown {
  if (!isRaw(matrix) || !only(matrix, "params", "include")) return undefined;
  const params = asParams(scope)(matrix["params"]);
  const include = matrix["include"];
  const combinations = Array.isArray(include)
    ? include.map((one) => (isRaw(one) ? combination(one, scope) : undefined))
    : [];
  const lost = (before: unknown, after: unknown) => before !== undefined && after === undefined;
  if (lost(matrix["params"], params) || combinations.includes(undefined)) return undefined;
  if (include !== undefined && !Array.isArray(include)) return undefined;
  return { params, ...(include !== undefined && { include: combinations }) };
}

function combination(one: Raw, scope: Scope): unknown {
  const fields = translate(one, { name: asText(scope), params: asParams(scope) }, (raw) => raw);
  return "raw" in fields ? undefined : fields;
}

/** A list as such only where it is said to be one: the SDK adds the type. */
function resultValue({ value, ...rest }: Raw, scope: Scope): unknown {
  const plain = typeof value === "string" && rest["type"] !== "array" && rest["type"] !== "object";
  const written = plain ? text(value, scope) : paramValue(value, scope);
  if (written === undefined) return undefined;
  return Object.keys(rest).length === 0 && typeof written !== "object" ? written : shortest(rest, written);
}

const shortest = (rest: Raw, value: unknown): unknown =>
  Object.keys(rest).length === 0 && value instanceof Code ? value : { ...rest, value };
