// Steps of a Task: `step(…)`, `action(…)` or `task(…)`, as their `ref` says.

import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import type { StepFieldName } from "../documents/step-fields.ts";
import { artifactPaths } from "../sdk/artifacts.ts";
import { resultFiles } from "../sdk/scope.ts";
import { stepHandle } from "../sdk/step.ts";
import { artifactNames, asArtifacts, asBoundArtifacts } from "./artifacts.ts";
import type { Body } from "./body.ts";
import { Code, Source } from "./code.ts";
import type { ExistingTasks } from "./existing.ts";
import { mapRecord, only, recordOf, translate, type Writer, type Writers } from "./fields.ts";
import type { Module } from "./module.ts";
import { print } from "./print.ts";
import { Scope } from "./scope.ts";
import {
  asDeep,
  asIs,
  asParams,
  asText,
  asWords,
  asWorkspaces,
  settings,
  workspaceSource,
} from "./shared.ts";
import { deep, scriptText } from "./text.ts";

export interface StepContext {
  readonly body: Body;
  readonly module: Module;
  readonly existing: ExistingTasks;
  /** The Task's declared workspaces. */
  readonly workspaces: object;
}

export function writeStep(step: Raw, context: StepContext): void {
  const { name: given, ...rest } = step;
  const name = typeof given === "string" ? given : "";
  const fields = given === undefined || name !== "" ? rest : { ...rest, name: given };
  writeAction(name, fields, context) || writeTask(name, fields, context) || writeOwn(name, fields, context);
}

function writeAction(name: string, { ref, ...fields }: Raw, { body, module }: StepContext): boolean {
  const action = isRaw(ref) && only(ref, "name") ? module.find("StepAction", ref["name"]) : undefined;
  if (action === undefined) return false;
  const use = translate(fields, { params: asParams(body.scope), ...common(body) }, (raw) =>
    deep(raw, body.scope),
  );
  body.call("action", [name, new Code(action.identifier), use], "Step", handleOf(name, action.object));
  return true;
}

function writeTask(name: string, { ref, ...fields }: Raw, context: StepContext): boolean {
  if (!isRaw(ref) || ref["kind"] !== "Task") return false;
  const { kind: _kind, ...target } = ref;
  const { body, module, existing, workspaces } = context;
  const task = (only(target, "name") && module.find("Task", target["name"])) || existing.define(target);
  const writers = {
    params: asParams(body.scope),
    workspaces: asWorkspaces(body.scope, workspaces),
    artifacts: asBoundArtifacts(body.scope, true),
    ...common(body),
  };
  const use = translate(fields, writers, (raw) => deep(raw, body.scope));
  body.call("task", [name, new Code(task.identifier), unlessEmpty(use)], "Step", handleOf(name, task.object));
  return true;
}

function writeOwn(name: string, fields: Raw, context: StepContext): void {
  const { scope } = context.body;
  const results = stepResults(fields["results"]);
  const step = translate(fields, ownWriters(results, fields["artifacts"], context), (raw) =>
    deep(raw, scope),
  );
  context.body.call("step", [name, step], "Step", stepHandle(name, results));
}

function ownWriters(
  results: Readonly<Record<string, Raw>> | undefined,
  artifacts: unknown,
  context: StepContext,
): Writers {
  const { scope } = context.body;
  const own = (write: (scope: Scope) => (value: unknown) => unknown) => (value: unknown) => {
    const its = new Scope(scope);
    its.learn("own.results", resultFiles("step.results", results));
    for (const list of ["inputs", "outputs"] as const)
      its.learn(`own.${list}`, artifactPaths(list, artifactNames(artifacts, list)));
    const written = write(its)(value);
    return its.used.has("own") && written !== undefined ? ownFunction(written) : written;
  };
  const script = (its: Scope) => (value: unknown) =>
    typeof value === "string" ? scriptText(value, its) : undefined;
  const { displayName, ...others } = common(context.body);
  return {
    displayName,
    image: asText(scope),
    imagePullPolicy: asText(scope),
    workingDir: asText(scope),
    results: () => results,
    artifacts: asArtifacts(scope),
    env: own(asVariables),
    envFrom: asDeep(scope),
    command: own(asWords),
    args: own(asWords),
    script: own(script),
    workspaces: (value) => isolated(value, context),
    volumeMounts: asDeep(scope),
    volumeDevices: asDeep(scope),
    securityContext: asDeep(scope),
    computeResources: asDeep(scope),
    stdoutConfig: asDeep(scope),
    stderrConfig: asDeep(scope),
    ...others,
  } satisfies Record<OwnField, Writer>;
}

/** Every field of a step of one's own: its name stands before them, and a reference is another kind of step. */
type OwnField = Exclude<StepFieldName, "name" | "ref" | "params">;

const ownFunction = (value: unknown): Source =>
  new Source((indent) => {
    const source = print(value, indent);
    return `(own) => ${source.startsWith("{") ? `(${source})` : source}`;
  });

const common = (body: Body) =>
  ({
    ...settings(body.scope),
    needs: (value: unknown) => body.handles(value),
    finally: asIs("boolean"),
  }) satisfies Writers;

const stepResults = (list: unknown): Readonly<Record<string, Raw>> | undefined =>
  mapRecord(recordOf(list), (result) => ("value" in result ? undefined : result));

export const asVariables =
  (scope: Scope) =>
  (value: unknown): unknown =>
    mapRecord(recordOf(value), (variable) => {
      if (only(variable, "value")) return asText(scope)(variable["value"]);
      return only(variable, "valueFrom") && isRaw(variable["valueFrom"]) ? deep(variable, scope) : undefined;
    }) ?? (Array.isArray(value) && value.every(isRaw) ? deep(value, scope) : undefined);

function isolated(value: unknown, { body, workspaces }: StepContext): unknown {
  if (!Array.isArray(value)) return undefined;
  const uses = value.map((use) => {
    if (!isRaw(use) || typeof use["name"] !== "string" || !only(use, "name", "mountPath")) return undefined;
    const declared = only(use, "name") && Object.hasOwn(workspaces, use["name"]);
    return declared ? body.scope.name(workspaceSource(use["name"])) : deep(use, body.scope);
  });
  return uses.includes(undefined) ? undefined : uses;
}

const handleOf = (name: string, object: Raw): { readonly name: string } =>
  stepHandle(name, recordOf((object["spec"] as Raw | undefined)?.["results"]));

const unlessEmpty = (use: Raw): Raw | undefined => (Object.keys(use).length > 0 ? use : undefined);
