// A TaskRun: what it runs, and whether its params and workspaces fit that.

import type { DocumentOf, Library } from "../documents/library.ts";
import type { Param, ParamSpec, TaskRunSpec, TaskSpec } from "../documents/spec.ts";
import { TASK_RUN_ACCEPTS } from "../documents/variable-fields.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";
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
  yield* checkIgnored(here, spec);
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

/** Fields for the controller of a cluster. */
export function* checkIgnored(cursor: Cursor, spec: object): Faults {
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
