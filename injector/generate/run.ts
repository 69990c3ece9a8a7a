// A TaskRun or PipelineRun as a call of the SDK, where what it runs is defined in the same module.

import { isRaw } from "../raw.ts";
import type { Raw } from "../spec.ts";
import { Code } from "./code.ts";
import { only, recordOf, translate } from "./fields.ts";
import type { Module } from "./module.ts";
import { printCall } from "./print.ts";
import { Scope } from "./scope.ts";
import { asParams } from "./shared.ts";

/** Nothing where the SDK has no words for it. */
export function runCall(head: Raw, kind: unknown, spec: Raw, module: Module): string | undefined {
  const field = kind === "TaskRun" ? "taskRef" : "pipelineRef";
  const { [field]: ref, ...rest } = spec;
  const known =
    isRaw(ref) && only(ref, "name") ? module.find(String(kind).replace("Run", ""), ref["name"]) : undefined;
  if (known === undefined || head["apiVersion"] !== undefined) return undefined;
  const writers = {
    params: asParams(new Scope()),
    workspaces: (value: unknown) => recordOf(value),
  };
  const { name, metadata } = head;
  const options = { name, ...translate(rest, writers, (raw) => raw), metadata };
  module.imports.add("defineRun");
  return printCall("defineRun", [new Code(known.identifier), options]);
}
