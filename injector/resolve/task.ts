// One Task with all its references followed: its steps with their StepActions beside them, its Tasks as steps in turn.

import { parseDuration } from "../../entrypoint/protocol/index.ts";
import { defined } from "../documents/defined.ts";
import type { Library } from "../documents/library.ts";
import { kindOfStepRef } from "../documents/refs.ts";
import type { StepActionSpec, StepSpec, TaskSpec, WorkspaceDeclaration } from "../documents/spec.ts";
import { referencesTo } from "../substitute/text.ts";
import { withCache } from "./cache.ts";
import type { ResolvedStep, ResolvedTask } from "./resolved.ts";

export type PassedWorkspaces = ResolvedTask["workspaces"];

/** `workspaces`: what this Task is given, by its own names → the run's. */
export function resolvedSpec(
  spec: TaskSpec,
  workspaces: PassedWorkspaces,
  library: Library,
): ResolvedTask["spec"] {
  const { cache, ...rest } = spec;
  const steps = spec.steps.map((step, index) => resolvedStep(step, index, workspaces, library));
  return withCache({ ...rest, steps }, cache, undefined);
}

/** An embedded Task may use workspaces of its surroundings without declaring them: they are declared for it. */
export function withPropagated(spec: TaskSpec, around: readonly string[]): TaskSpec {
  const declared = (spec.workspaces ?? []).map(({ name }) => name);
  const used = new Set(
    referencesTo("workspaces", spec).flatMap(({ path: [, name] }) => (name === undefined ? [] : [name])),
  );
  const more: WorkspaceDeclaration[] = around
    .filter((name) => used.has(name) && !declared.includes(name))
    .map((name) => ({ name }));
  return more.length === 0 ? spec : { ...spec, workspaces: [...(spec.workspaces ?? []), ...more] };
}

/** Milliseconds; absent and 0 mean none. What is no duration has been refused by `check`. */
export function timeoutOf(text: string | undefined): number | undefined {
  const value = text === undefined ? undefined : parseDuration(text);
  return value === undefined || value <= 0 ? undefined : value;
}

/** A name as part of `$(tasks.<name>.…)` and of container names. */
export const labelOf = (name: string): string => name.replaceAll(".", "-").slice(0, 63).replace(/-+$/, "");

function resolvedStep(
  step: StepSpec,
  index: number,
  workspaces: PassedWorkspaces,
  library: Library,
): ResolvedStep {
  const { ref, params, ...own } = step;
  if (ref === undefined) return { kind: "step", step };
  const kind = kindOfStepRef(ref);
  const target = library.resolve(kind, ref);
  if (target === undefined) throw new Error(`${kind} "${ref.name}" passed the check but cannot be found`);
  if (target.object.kind === "Task")
    return taskAsStep(step, target.object.metadata.name ?? "", target.object.spec, workspaces, library);
  const action = target.object.spec as StepActionSpec;
  const { description: _text, params: declared = [], ...fields } = action;
  return {
    kind: "step",
    step: { name: `unnamed-${index}`, ...own },
    action: { name: target.object.metadata.name ?? "", declared, given: params ?? [], fields },
  };
}

function taskAsStep(
  step: StepSpec,
  taskName: string,
  spec: TaskSpec,
  outer: PassedWorkspaces,
  library: Library,
): ResolvedStep {
  const name = step.name ?? labelOf(taskName);
  const workspaces = passedDown(step, outer);
  const timeout = timeoutOf(step.timeout);
  const task: ResolvedTask = {
    name,
    taskName,
    spec: withCache(resolvedSpec(spec, workspaces, library), undefined, step.cache),
    params: step.params ?? [],
    workspaces,
    runAfter: [],
    when: step.when ?? [],
    retries: step.retries ?? 0,
    ...defined({
      artifacts: step.artifacts?.inputs,
      displayName: step.displayName,
      timeout,
      onError: step.onError,
    }),
  };
  return {
    kind: "task",
    name,
    task,
    ...(step.needs && { needs: step.needs }),
    ...(step.finally && { finally: true }),
  };
}

/** Through the outer Task to the run's workspaces; an optional one that the outer was not given is not passed. */
const passedDown = (step: StepSpec, outer: PassedWorkspaces): PassedWorkspaces =>
  (step.workspaces ?? []).flatMap(({ name, workspace = name, subPath }) => {
    const given = outer.find((one) => one.name === workspace);
    if (given === undefined) return [];
    const path = [given.subPath, subPath].filter((part) => part !== undefined).join("/");
    return [{ name, workspace: given.workspace, ...(path === "" ? {} : { subPath: path }) }];
  });
