// A TaskRun: what it runs, and whether its params and workspaces fit that.

import { suggestion } from "../diagnostics/nearest.ts";
import type { DocumentOf, Library } from "../documents/library.ts";
import { asRaw, isRaw } from "../documents/raw.ts";
import type { Param, ParamSpec, Raw, TaskRunSpec, TaskSpec } from "../documents/spec.ts";
import { TASK_RUN_ACCEPTS } from "../documents/variable-fields.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { checkDuration } from "./fields.ts";
import type { Names } from "./known-names.ts";
import { checkGiven, specOfGiven } from "./params.ts";
import { checkReferences } from "./references.ts";
import { checkTask } from "./task.ts";
import { asBinding, checkBindings, checkBound } from "./workspaces.ts";

export function* checkTaskRun(document: DocumentOf<"TaskRun">, library: Library): Faults {
  const { spec } = document.object;
  const here: Cursor = { document, path: ["spec"] };
  yield* exactlyOne(here, { taskRef: spec.taskRef, taskSpec: spec.taskSpec });
  yield* checkDuration(within(here, "timeout"), spec.timeout);
  yield* checkIgnored(here, spec, ["TaskRunCancelled", "TaskRunPending"]);
  yield* checkOverrides(here, spec);
  yield* checkBindings(within(here, "workspaces"), spec.workspaces);
  const embedded = spec.taskSpec;
  const target = spec.taskRef && library.resolve("Task", spec.taskRef)?.object.spec;
  // Values of a run are data, and nothing in them is a reference.
  const { params: _data, ...texts } = spec;
  yield* checkReferences(here, texts, TASK_RUN_ACCEPTS, { params: paramsOf(spec, embedded ?? target) });
  if (embedded !== undefined) {
    const params = paramsOf(spec);
    const workspaces = new Set((spec.workspaces ?? []).map(({ name }) => name));
    yield* checkTask(within(here, "taskSpec"), embedded, { params, workspaces }, library);
  }
  const task = embedded ?? target;
  if (task !== undefined) yield* checkFit(here, spec, task);
}

/** What is declared, and what is given without. */
export const paramsOf = (
  run: { readonly params?: readonly Param[] },
  target: { readonly params?: readonly ParamSpec[] } = {},
): Names["params"] =>
  new Map([
    ...(run.params ?? []).map((one) => [one.name, specOfGiven(one)] as const),
    ...(target.params ?? []).map((one) => [one.name, one] as const),
  ]);

/** Fields for the controller of a cluster: what they say has to be something that it could be told. */
export function* checkIgnored(cursor: Cursor, spec: object, states: readonly string[]): Faults {
  const { status, statusMessage, debug } = asRaw(spec);
  if (typeof status === "string" && !states.includes(status))
    yield fault(
      within(cursor, "status"),
      "wrong-value",
      `status cannot be "${status}"`,
      suggestion(status, states, "choose another value"),
    );
  if (statusMessage !== undefined && status === undefined)
    yield fault(
      within(cursor, "statusMessage"),
      "wrong-value",
      "there is a statusMessage without a status",
      "remove it, or add the status that it explains",
      "key",
    );
  const { breakpoints } = asRaw(debug);
  if (isRaw(breakpoints)) yield* checkBreakpoints(within(cursor, "debug", "breakpoints"), breakpoints);
  for (const field of ["debug", "status", "statusMessage", "managedBy"].filter((name) =>
    Object.hasOwn(spec, name),
  ))
    yield {
      ...fault(
        within(cursor, field),
        "ignored-field",
        `"${field}" has no effect here`,
        "remove it, or run in a cluster",
        "key",
      ),
      severity: "warning",
    };
}

function* checkBreakpoints(cursor: Cursor, { onFailure, beforeSteps }: Raw): Faults {
  if (onFailure !== "enabled")
    yield fault(
      within(cursor, "onFailure"),
      "wrong-value",
      onFailure === undefined ? "there is no onFailure" : `onFailure cannot be ${JSON.stringify(onFailure)}`,
      'write "enabled", the only value that Tekton takes',
    );
  const names = Array.isArray(beforeSteps) ? beforeSteps.map((name) => ({ name: String(name) })) : [];
  yield* duplicates(within(cursor, "beforeSteps"), names, "step");
}

/** What a run asks for its steps and sidecars: each once, and the steps of a Task together or one by one. */
export function* checkOverrides(cursor: Cursor, spec: Overriding): Faults {
  for (const [field, what] of [
    ["stepSpecs", "step"],
    ["sidecarSpecs", "sidecar"],
  ] as const)
    yield* duplicates(within(cursor, field), (spec[field] ?? []).map(named), what);
  const single = (spec.stepSpecs ?? []).findIndex(({ computeResources }) => computeResources !== undefined);
  if (spec.computeResources !== undefined && single >= 0)
    yield fault(
      within(cursor, "stepSpecs", single, "computeResources"),
      "resources-twice",
      '"computeResources" of the whole Task and of one of its steps exclude each other',
      "keep one of them",
      "key",
    );
}

const named = ({ name }: Raw) => ({ name: String(name) });

type Overriding = Pick<TaskRunSpec, "stepSpecs" | "sidecarSpecs" | "computeResources">;

/** A run says what to run either by reference or in place. */
export function* exactlyOne(cursor: Cursor, choices: Readonly<Record<string, unknown>>): Faults {
  const names = Object.keys(choices);
  const given = names.filter((name) => choices[name] !== undefined);
  const all = names.join(" or ");
  if (given.length === 0)
    yield fault(cursor, "nothing-to-run", `there is neither ${names.join(" nor ")}`, `add ${all}`, "key");
  for (const second of given.slice(1))
    yield fault(
      within(cursor, second),
      "two-things-to-run",
      `"${given[0]}" and "${second}" exclude each other`,
      "keep one of them",
      "key",
    );
}

function* checkFit(here: Cursor, spec: TaskRunSpec, task: TaskSpec): Faults {
  const open = spec.taskSpec !== undefined;
  const target = open ? "this Task" : `Task "${spec.taskRef?.name}"`;
  yield* checkGiven(task.params, {
    list: within(here, "params"),
    owner: here,
    params: spec.params ?? [],
    target,
    extra: open ? "welcome" : "warning",
  });
  yield* checkBound(here, spec.workspaces, task.workspaces, { target, open, cure: asBinding });
}
