// A TaskRun or PipelineRun as a call of the SDK, where what it runs is defined in the same module or in the run itself.

import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { Code } from "./code.ts";
import type { ExistingTasks } from "./existing.ts";
import { only, recordOf, translate } from "./fields.ts";
import type { Module } from "./module.ts";
import { pipelineCall } from "./pipeline.ts";
import { printCall } from "./print.ts";
import { Scope } from "./scope.ts";
import { asParams } from "./shared.ts";
import { taskCall } from "./task.ts";

/** Nothing where the SDK has no words for it. */
export function runCall(
  head: Raw,
  kind: unknown,
  spec: Raw,
  module: Module,
  existing: ExistingTasks,
): string | undefined {
  if (head["apiVersion"] !== undefined) return undefined;
  const isTask = kind === "TaskRun";
  const [refField, specField] = isTask ? ["taskRef", "taskSpec"] : ["pipelineRef", "pipelineSpec"];
  const { [refField]: ref, [specField]: inner, ...rest } = spec;
  const target =
    inner === undefined
      ? byName(ref, rest, isTask, module)
      : ref === undefined &&
        fits(inner, rest) &&
        written(String(head["name"]), inner, isTask, module, existing);
  if (!target) return undefined;
  const writers = {
    params: asParams(new Scope()),
    workspaces: (value: unknown) => recordOf(value),
  };
  const { name, metadata } = head;
  const options = { name, ...translate(rest, writers, (raw) => raw), metadata };
  module.imports.add("defineRun");
  return printCall("defineRun", [target, options]);
}

function byName(ref: unknown, given: Raw, isTask: boolean, module: Module): Code | undefined {
  const kind = isTask ? "Task" : "Pipeline";
  const known = isRaw(ref) && only(ref, "name") ? module.find(kind, ref["name"]) : undefined;
  return known && fits(known.object["spec"], given) ? new Code(known.identifier) : undefined;
}

/** Params and workspaces that only pass through a run are no part of the signature of what is written in it. */
function fits(inner: unknown, given: Raw): inner is Raw {
  if (!isRaw(inner) || ["metadata", "apiVersion", "kind", "spec"].some((field) => field in inner))
    return false;
  return (
    matches(inner["params"], given["params"], (param) => "default" in param) &&
    matches(inner["workspaces"], given["workspaces"], (workspace) => workspace["optional"] === true)
  );
}

function matches(declared: unknown, given: unknown, isOptional: (declaration: Raw) => boolean): boolean {
  const [known, values] = [recordOf(declared ?? []), recordOf(given ?? [])];
  if (known === undefined || values === undefined) return false;
  const required = Object.entries(known).filter(([, declaration]) => !isOptional(declaration));
  return (
    Object.keys(values).every((name) => Object.hasOwn(known, name)) &&
    required.every(([name]) => Object.hasOwn(values, name))
  );
}

/** A definition of its own in the module, not exported: it is no document. */
function written(
  name: string,
  inner: Raw,
  isTask: boolean,
  module: Module,
  existing: ExistingTasks,
): Code | undefined {
  const call = (isTask ? taskCall : pipelineCall)({ name }, inner, module, existing);
  if (call === undefined) return undefined;
  const identifier = module.names.take(name, isTask ? "Task" : "Pipeline");
  module.define(identifier, call);
  module.imports.add("inline");
  return new Code(`inline(${identifier})`);
}
