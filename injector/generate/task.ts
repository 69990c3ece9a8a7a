// A Task or StepAction as a call of the SDK.

import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { references, resultFiles, TASK_CONTEXT, workspaceReferences } from "../sdk/scope.ts";
import { Body } from "./body.ts";
import type { ExistingTasks } from "./existing.ts";
import { mapRecord, recordOf, translate } from "./fields.ts";
import type { Module } from "./module.ts";
import { printCall } from "./print.ts";
import { asCache, asDeep, asIs, asText, asWords } from "./shared.ts";
import { asVariables, writeStep } from "./step.ts";
import { deep, scriptText, text } from "./text.ts";

/** Nothing where the SDK has no words for it. */
export function taskCall(head: Raw, spec: Raw, module: Module, existing: ExistingTasks): string | undefined {
  const { steps, sidecars, volumes, ...declared } = spec;
  const params = recordOf(declared["params"]);
  const workspaces = recordOf(declared["workspaces"]);
  const results = taskResults(declared["results"]);
  if (!Array.isArray(steps) || !steps.every(isRaw)) return undefined;
  const body = new Body(module.names.inner());
  body.scope.learn("params", references("params", params));
  body.scope.learn("workspaces", workspaceReferences(workspaces));
  body.scope.learn("context", TASK_CONTEXT);
  body.scope.learn("results", resultFiles("results", results));
  const left = { ...writeVolumes(volumes, body), ...writeSidecars(sidecars, body) };
  for (const step of steps) writeStep(step, { body, module, existing, workspaces: workspaces ?? {} });
  const lifted = liftedResults(results, body);
  if (lifted !== undefined) body.returns(lifted);
  const writers = {
    description: asIs("string"),
    displayName: asIs("string"),
    params: () => params,
    workspaces: () => workspaces,
    results: () => mapRecord(results, withoutValue),
    cache: asCache(body.scope),
    stepTemplate: (value: unknown) => (isRaw(value) ? value : undefined),
  };
  const { name, ...rest } = head;
  const fields = translate({ ...declared, ...left }, writers, (raw) => raw);
  module.imports.add("defineTask");
  return printCall("defineTask", [{ name, ...fields, ...rest }, body.source()]);
}

export function actionCall(head: Raw, spec: Raw, module: Module): string | undefined {
  const { description, params: declaredParams, results: declaredResults, ...step } = spec;
  const [params, results] = [recordOf(declaredParams), recordOf(declaredResults)];
  const lost = (declared: unknown, record: unknown) => declared !== undefined && record === undefined;
  if (lost(declaredParams, params) || lost(declaredResults, results)) return undefined;
  const body = new Body(module.names.inner());
  const { scope } = body;
  scope.learn("params", references("params", params));
  scope.learn("results", resultFiles("step.results", results));
  const fields = translate(
    step,
    {
      image: asText(scope),
      imagePullPolicy: asText(scope),
      workingDir: asText(scope),
      env: asVariables(scope),
      command: asWords(scope),
      args: asWords(scope),
      script: (value) => (typeof value === "string" ? scriptText(value, scope) : undefined),
      volumeMounts: asDeep(scope),
      securityContext: asDeep(scope),
    },
    (raw) => deep(raw, scope),
  );
  body.returns(fields);
  const { name, ...rest } = head;
  module.imports.add("defineStepAction");
  return printCall("defineStepAction", [{ name, description, params, results, ...rest }, body.source()]);
}

/** What cannot be written as a call stays a raw field. */
function writeVolumes(volumes: unknown, body: Body): Raw {
  if (volumes === undefined) return {};
  const named = recordOf(volumes);
  if (named === undefined || Object.keys(named).length === 0) return { volumes };
  for (const [name, source] of Object.entries(named)) {
    body.call("volume", [name, deep(source, body.scope)], "Volume", { name });
  }
  return {};
}

function writeSidecars(sidecars: unknown, body: Body): Raw {
  if (sidecars === undefined) return {};
  const named = mapRecord(recordOf(sidecars), (sidecar) => sidecarOf(sidecar, body));
  if (named === undefined || Object.keys(named).length === 0) return { sidecars };
  for (const [name, sidecar] of Object.entries(named)) {
    body.call("sidecar", [name, sidecar], "Sidecar", { name: "" });
  }
  return {};
}

function sidecarOf({ env, script, ...rest }: Raw, { scope }: Body): Raw | undefined {
  const variables = env === undefined ? undefined : asVariables(scope)(env);
  if (env !== undefined && variables === undefined) return undefined;
  const its = typeof script === "string" ? scriptText(script, scope) : script;
  return { ...(deep(rest, scope) as Raw), env: variables, script: its };
}

type Declared = Readonly<Record<string, Raw>> | undefined;

/** A value that is no text could not be returned by the body. */
const taskResults = (list: unknown): Declared =>
  mapRecord(recordOf(list), (result) =>
    "value" in result && typeof result["value"] !== "string" ? undefined : result,
  );

/** `{ digest: build.results.digest }`; nothing where no result has a value. */
function liftedResults(results: Declared, body: Body): Raw | undefined {
  const lifted = Object.entries(results ?? {}).filter(([, result]) => "value" in result);
  if (lifted.length === 0) return undefined;
  return Object.fromEntries(lifted.map(([name, { value }]) => [name, text(String(value), body.scope)]));
}

const withoutValue = ({ value: _value, ...result }: Raw): Raw => result;
