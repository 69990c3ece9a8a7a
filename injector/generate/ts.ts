// generateTs: documents to TypeScript that, when run, gives the same documents back.

import { isRaw } from "../documents/raw.ts";
import type { Raw, TektonObject } from "../documents/spec.ts";
import { apiVersionOf } from "../sdk/api-version.ts";
import { ExistingTasks } from "./existing.ts";

import { Module } from "./module.ts";
import { Names } from "./names.ts";
import { inOrder, KINDS } from "./order.ts";
import { pipelineCall } from "./pipeline.ts";
import { print } from "./print.ts";
import { runCall } from "./run.ts";
import { actionCall, taskCall } from "./task.ts";

/**
 * TypeScript for the SDK. Tasks, StepActions, Pipelines and their runs become typed definitions, what they use first;
 * anything that the SDK has no words for, and any other document, becomes a literal. Comments are not kept.
 */
export function generateTs(documents: readonly object[]): string {
  const module = new Module(new Names());
  const ordered = inOrder(documents as readonly Raw[]);
  const existing = new ExistingTasks(ordered, module);
  // Documents choose their names before their bodies do.
  const named = ordered.map((document) => ({ document, identifier: identifierOf(document, module) }));
  for (const { document, identifier } of named) {
    const name = nameOf(document);
    const call = name === undefined ? undefined : callFor(document, name, module, existing);
    module.define(identifier, call ?? print(document), "export ");
    if (call !== undefined)
      module.offer(String(document["kind"]), String(name), { identifier, object: document });
  }
  return module.source();
}

function nameOf({ metadata }: Raw): string | undefined {
  return isRaw(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : undefined;
}

const identifierOf = (document: Raw, module: Module): string =>
  module.names.take(nameOf(document) ?? "", String(document["kind"]));

function callFor(document: Raw, name: string, module: Module, existing: ExistingTasks): string | undefined {
  const { apiVersion, kind, metadata, spec, ...others } = document;
  const known = isKnown(kind) && isRaw(spec) && isRaw(metadata) && isRegular(spec);
  if (!known || Object.keys(others).length > 0) return undefined;
  const { name: _name, ...more } = metadata;
  const head = {
    name,
    metadata: Object.keys(more).length > 0 ? more : undefined,
    apiVersion: apiVersion === apiVersionOf(document as unknown as TektonObject) ? undefined : apiVersion,
  };
  if (kind === "Task") return taskCall(head, spec, module, existing);
  if (kind === "StepAction") return actionCall(head, spec, module);
  if (kind === "Pipeline") return pipelineCall(head, spec, module, existing);
  return runCall(head, kind, spec, module, existing);
}

const isKnown = (kind: unknown): boolean => KINDS.includes(String(kind));

/** Whether everything that should be a list of objects is one; only then has it a version of its own. */
function isRegular(value: unknown, isStep = false): boolean {
  if (Array.isArray(value)) return value.every((item) => isRegular(item, isStep));
  if (!isRaw(value)) return true;
  // The keys of timeouts are named like lists.
  const { timeouts: _timeouts, ...others } = value;
  return Object.entries(others).every(([field, inside]) => {
    const isList = Array.isArray(inside) && inside.every(isRaw);
    const isFlag = isStep && field === "finally" && typeof inside === "boolean";
    return (!LISTS.includes(field) || isList || isFlag) && isRegular(inside, field === "steps");
  });
}

const LISTS = ["steps", "tasks", "finally", "params", "workspaces", "results"];
