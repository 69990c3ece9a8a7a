// A TaskRun: what it runs, and whether its params and workspaces fit that.

import type { DocumentOf, Library } from "../library.ts";
import { suggestion } from "../nearest.ts";
import type { ParamSpec, TaskRunSpec, TaskSpec, WorkspaceBinding, WorkspaceDeclaration } from "../spec.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { checkGiven } from "./params.ts";
import { checkDuration } from "./step.ts";
import { checkTask, type ResultsOf } from "./task.ts";

export function* checkTaskRun(
  document: DocumentOf<"TaskRun">,
  library: Library,
  resultsOf: ResultsOf,
): Faults {
  const { spec } = document.object;
  const here: Cursor = { document, path: ["spec"] };
  yield* exactlyOne(here, { taskRef: spec.taskRef, taskSpec: spec.taskSpec });
  yield* checkDuration(within(here, "timeout"), spec.timeout);
  yield* checkBindings(within(here, "workspaces"), spec.workspaces);
  const embedded = spec.taskSpec;
  if (embedded !== undefined) {
    const params = new Map<string, ParamSpec | undefined>(
      (spec.params ?? []).map(({ name }) => [name, undefined]),
    );
    const workspaces = new Set((spec.workspaces ?? []).map(({ name }) => name));
    yield* checkTask(within(here, "taskSpec"), embedded, { params, workspaces }, resultsOf);
  }
  const task = embedded ?? (spec.taskRef && library.resolve("Task", spec.taskRef)?.object.spec);
  if (task !== undefined) yield* checkFit(here, spec, task);
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

const SOURCES = [
  "emptyDir",
  "persistentVolumeClaim",
  "volumeClaimTemplate",
  "configMap",
  "secret",
  "projected",
  "csi",
  "folder",
] as const;

/** Every binding has one source. */
export function* checkBindings(cursor: Cursor, bindings: readonly WorkspaceBinding[] = []): Faults {
  yield* duplicates(cursor, bindings, "workspace");
  for (const [index, binding] of bindings.entries()) {
    const given = SOURCES.filter((source) => binding[source] !== undefined);
    const cure = given.length === 0 ? 'add a source, such as "emptyDir: {}"' : "keep one of them";
    const problem = given.length === 0 ? "has no source" : `has several sources: ${given.join(", ")}`;
    if (given.length !== 1)
      yield fault(
        within(cursor, index),
        "workspace-source",
        `the binding of workspace "${binding.name}" ${problem}`,
        cure,
      );
  }
}

/** Bindings against declarations: what is needed is bound, what is bound is known. */
export function* checkBound(
  cursor: Cursor,
  bound: readonly { readonly name: string }[] = [],
  declared: readonly Pick<WorkspaceDeclaration, "name" | "optional">[] = [],
  target: string,
  open: boolean,
): Faults {
  const names = declared.map(({ name }) => name);
  for (const { name, optional } of declared)
    if (optional !== true && !bound.some((one) => one.name === name))
      yield fault(
        cursor,
        "unbound-workspace",
        `${target} needs its workspace "${name}"`,
        `bind it: {name: ${name}, emptyDir: {}}`,
        "key",
      );
  if (open) return;
  for (const [index, { name }] of bound.entries())
    if (!names.includes(name))
      yield fault(
        within(cursor, "workspaces", index, "name"),
        "unknown-workspace",
        `${target} has no workspace "${name}"`,
        suggestion(name, names, "remove it"),
      );
}

// --- Internal helpers ---

function* checkFit(here: Cursor, spec: TaskRunSpec, task: TaskSpec): Faults {
  const open = spec.taskSpec !== undefined;
  const target = open ? "this Task" : `Task "${spec.taskRef?.name}"`;
  yield* checkGiven(task.params, {
    list: within(here, "params"),
    owner: here,
    params: spec.params ?? [],
    target,
    open,
  });
  yield* checkBound(here, spec.workspaces, task.workspaces, target, open);
}
