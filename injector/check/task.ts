// A Task, given by name or embedded: its declarations, its steps in order, and what its texts refer to.

import { RESERVED_VOLUME } from "../../entrypoint/protocol/index.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import type { Library } from "../documents/library.ts";
import type { ParamSpec, StepSpec, TaskSpec } from "../documents/spec.ts";
import { STEP_ACCEPTS, TASK_ACCEPTS } from "../documents/variable-fields.ts";
import { checkArtifacts } from "./artifacts.ts";
import { checkCache } from "./cache.ts";
import { checkContainer, checkMountPath } from "./container.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import type { Names } from "./known-names.ts";
import { nameSyntax } from "./names.ts";
import { checkDeclared } from "./params.ts";
import { checkReferences } from "./references.ts";
import { checkStep } from "./step.ts";
import { checkStepRef, resultsOfStep } from "./step-ref.ts";
import type { Tasks } from "./task-references.ts";
import { checkVolumeMounts } from "./volume-mounts.ts";

/** What reaches an embedded Task from the run or Pipeline around it. */
export interface Surroundings {
  readonly params: ReadonlyMap<string, ParamSpec | undefined>;
  readonly workspaces: ReadonlySet<string>;
  /** Tasks of the Pipeline that it is written into, and which part of the Pipeline that is. */
  readonly tasks?: Tasks;
  readonly around?: "pipeline" | "finally";
}

export const NOTHING_AROUND: Surroundings = { params: new Map(), workspaces: new Set() };

/** The cursor is at the Task's spec. */
export function* checkTask(cursor: Cursor, spec: TaskSpec, around: Surroundings, library: Library): Faults {
  yield* checkDeclared(within(cursor, "params"), spec.params);
  yield* checkWorkspaces(within(cursor, "workspaces"), spec);
  yield* checkVolumes(within(cursor, "volumes"), spec);
  if (spec.steps.length === 0)
    yield fault(within(cursor, "steps"), "no-steps", "a Task needs at least one step", "add a step");
  yield* duplicates(within(cursor, "steps"), spec.steps, "step");
  const names = namesOf(spec, around);
  const earlier = new Map<string, ReadonlySet<string> | undefined>();
  const before = new Set<string>();
  for (const [index, step] of spec.steps.entries()) {
    const here = within(cursor, "steps", index);
    yield* checkStep(here, step);
    yield* checkVolumeMounts(here, step, spec);
    yield* checkOrder(here, step, before);
    yield* checkUses(within(here, "workspaces"), step, spec, names.workspaces);
    yield* checkStepRef(here, step, library);
    const results = new Set((step.results ?? []).map(({ name }) => name));
    yield* checkReferences(here, step, STEP_ACCEPTS, {
      ...names,
      stepResults: results,
      steps: earlier,
      artifacts: step.artifacts ?? {},
    });
    earlier.set(
      step.name ?? `unnamed-${index}`,
      step.ref === undefined ? results : resultsOfStep(step, library),
    );
    if (step.name !== undefined) before.add(step.name);
  }
  yield* checkArtifacts(within(cursor, "steps"), spec, library);
  yield* checkCache(cursor, spec, library);
  yield* checkSidecars(within(cursor, "sidecars"), spec);
  if (spec.stepTemplate !== undefined) {
    yield* checkContainer(within(cursor, "stepTemplate"), spec.stepTemplate);
    yield* checkVolumeMounts(within(cursor, "stepTemplate"), spec.stepTemplate, spec);
  }
  yield* checkResults(within(cursor, "results"), spec);
  yield* checkReferences(cursor, spec, TASK_ACCEPTS, { ...names, steps: earlier });
}

function namesOf(spec: TaskSpec, around: Surroundings): Names {
  return {
    params: new Map([...around.params, ...(spec.params ?? []).map((one) => [one.name, one] as const)]),
    workspaces: new Set([...around.workspaces, ...(spec.workspaces ?? []).map(({ name }) => name)]),
    results: new Set((spec.results ?? []).map(({ name }) => name)),
    ...(around.tasks && { tasks: around.tasks }),
    ...(around.around && { around: around.around }),
  };
}

function* checkWorkspaces(cursor: Cursor, spec: TaskSpec): Faults {
  const workspaces = spec.workspaces ?? [];
  yield* duplicates(cursor, workspaces, "workspace");
  const paths = new Map<string, string>();
  for (const [index, { name, mountPath = `/workspace/${name}` }] of workspaces.entries()) {
    yield* nameSyntax(within(cursor, index, "name"), "workspace", name);
    yield* checkMountPath(within(cursor, index, "mountPath"), mountPath);
    const other = paths.get(mountPath);
    if (other !== undefined)
      yield fault(
        within(cursor, index),
        "same-mount-path",
        `workspaces "${other}" and "${name}" are both mounted at ${mountPath}`,
        "give one of them another mountPath",
      );
    paths.set(mountPath, name);
  }
}

function* checkVolumes(cursor: Cursor, spec: TaskSpec): Faults {
  const volumes = (spec.volumes ?? []).map(({ name }) => ({
    name: typeof name === "string" ? name : undefined,
  }));
  yield* duplicates(cursor, volumes, "volume");
  for (const [index, { name }] of volumes.entries()) {
    yield* nameSyntax(within(cursor, index, "name"), "volume", name);
    if (name?.startsWith(RESERVED_VOLUME) === true)
      yield fault(
        within(cursor, index, "name"),
        "reserved-volume",
        `"${name}" is a reserved volume name`,
        `use a name that does not begin with "${RESERVED_VOLUME}"`,
      );
  }
}

/** `needs` names steps of the same Task that stand before; a cycle cannot be written that way. */
function* checkOrder(cursor: Cursor, step: StepSpec, before: ReadonlySet<string>): Faults {
  for (const [index, name] of (step.needs ?? []).entries())
    if (!before.has(name))
      yield fault(
        within(cursor, "needs", index),
        "unknown-step",
        `no step "${name}" stands before this one`,
        suggestion(name, [...before], "name a step that stands before"),
      );
}

/** Workspaces that a step or sidecar takes for itself, which the Task declares; a Task as a step is passed any that reach it. */
function* checkUses(
  cursor: Cursor,
  user: Pick<StepSpec, "workspaces" | "ref">,
  spec: TaskSpec,
  reaching?: Names["workspaces"],
): Faults {
  const declared = takenFrom(user, spec, reaching);
  for (const [index, use] of (user.workspaces ?? []).entries()) {
    const field = use.workspace === undefined ? "name" : "workspace";
    const name = use.workspace ?? use.name;
    if (!declared.includes(name))
      yield fault(
        within(cursor, index, field),
        "unknown-workspace",
        `the Task has no workspace "${name}"`,
        suggestion(name, declared, "declare it among the workspaces of the Task"),
      );
    yield* checkMountPath(within(cursor, index, "mountPath"), use.mountPath);
    if (user.ref?.kind !== "Task" && (use.workspace !== undefined || use.subPath !== undefined))
      yield fault(
        within(cursor, index),
        "workspace-passed-to-step",
        '"workspace" and "subPath" are for a step that is a Task',
        "use name and mountPath",
      );
  }
}

const takenFrom = (user: Pick<StepSpec, "ref">, spec: TaskSpec, reaching: Names["workspaces"]) =>
  user.ref?.kind === "Task" ? [...(reaching ?? [])] : (spec.workspaces ?? []).map(({ name }) => name);

function* checkSidecars(cursor: Cursor, spec: TaskSpec): Faults {
  const sidecars = spec.sidecars ?? [];
  yield* duplicates(cursor, sidecars, "sidecar");
  for (const [index, sidecar] of sidecars.entries()) {
    const here = within(cursor, index);
    yield* nameSyntax(within(here, "name"), "sidecar", sidecar.name);
    yield* checkContainer(here, sidecar);
    yield* checkVolumeMounts(here, sidecar, spec);
    yield* checkUses(within(here, "workspaces"), { workspaces: sidecar.workspaces ?? [] }, spec);
  }
}

function* checkResults(cursor: Cursor, spec: TaskSpec): Faults {
  const results = spec.results ?? [];
  yield* duplicates(cursor, results, "result");
  for (const [index, { name, value }] of results.entries()) {
    yield* nameSyntax(within(cursor, index, "name"), "result", name);
    if (value === undefined) continue;
    if (typeof value !== "string" || !/^\$\(steps\.[^()]+\)$/.test(value))
      yield fault(
        within(cursor, index, "value"),
        "bad-result-value",
        `the value of result "${name}" must be one result of a step`,
        'write it as "$(steps.<step>.results.<result>)"',
      );
  }
}
