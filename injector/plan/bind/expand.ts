// Which Tasks there are: as many of a matrix as it has combinations, none where it has none, not yet any where a result
// that is still to come decides.

import type { Reference } from "../../../entrypoint/protocol/index.ts";
import type { ResolvedRun, ResolvedTask } from "../../resolve/resolved.ts";
import { contextLookup } from "../../substitute/context.ts";
import { firstOf, type Lookup, lateReferences, substituteDeep } from "../../substitute/text.ts";
import type { TaskKey } from "../model/keys.ts";
import { inOrder } from "../model/topological.ts";
import { type Done, doneLookup } from "./done.ts";
import { type Groups, type Instance, instancesOf, isLateMatrix, matrixLookup } from "./matrix.ts";

export interface Expanded {
  readonly instances: readonly (Instance & { readonly always: boolean })[];
  /** Tasks that stand for several (a matrix): name → keys. */
  readonly groups: Groups;
  /** Tasks whose matrix only a result can give → the references that are still in it. */
  readonly late: ReadonlyMap<string, readonly Reference[]>;
  /** Tasks of which there are none, and why. */
  readonly empty: ReadonlyMap<string, string>;
  /** Answers the run's own references: its context, what a matrix stands for, what is done. */
  readonly outer: Lookup;
}

/** One after the other, as results go: a matrix may take its length from another. */
export function expand(run: ResolvedRun, done: Done): Expanded {
  const groups = new Map<string, readonly TaskKey[]>();
  const late = new Map<string, readonly Reference[]>();
  const empty = new Map<string, string>();
  const outer = firstOf(emptyLookup(empty), runLookup(run, groups, done));
  const instances = inResultOrder(run).flatMap(({ task, always }) => {
    const source = sourcesOf(task).find((name) => empty.has(name));
    if (source !== undefined) {
      empty.set(task.name, `it needs results of ${source}`);
      return [];
    }
    if (isLateMatrix(task, outer)) {
      late.set(task.name, lateReferences(substituteDeep(task.matrix, outer)));
      return [];
    }
    const own = instancesOf(task, outer).map((instance) => ({ ...instance, always }));
    if (own.length === 0) empty.set(task.name, "its matrix has no combinations");
    else if (task.matrix !== undefined) groups.set(task.name, keysOf(own));
    return own;
  });
  const declared = new Map([...run.tasks, ...run.finally].map((task, at) => [task.name, at]));
  const place = ({ task }: Instance) => declared.get(task.name) ?? 0;
  return { instances: instances.toSorted((a, b) => place(a) - place(b)), groups, late, empty, outer };
}

const keysOf = (instances: readonly Instance[]): readonly TaskKey[] => instances.map(({ key }) => key);

const inResultOrder = (run: ResolvedRun) =>
  inOrder(
    [
      ...run.tasks.map((task) => ({ task, always: false })),
      ...run.finally.map((task) => ({ task, always: true })),
    ],
    ({ task }) => task.name,
    ({ task }) => sourcesOf(task),
  );

/** Names of the Tasks whose results it needs. */
const sourcesOf = ({ params, when, matrix, workspaces, spec }: ResolvedTask): readonly string[] =>
  lateReferences([params, when, matrix, workspaces, spec])
    .filter(({ path }) => path[2] === "results")
    .map(({ path }) => path[1] ?? "");

/** As in Tekton, a Task that never ran has the status None. */
const emptyLookup =
  (empty: ReadonlyMap<string, string>): Lookup =>
  ({ path: [room, task = "", what] }) => {
    if (room !== "tasks" || !empty.has(task)) return undefined;
    return what === "status" || what === "reason" ? "None" : what === "matrix" ? "0" : undefined;
  };

const runLookup = (run: ResolvedRun, groups: Groups, done: Done): Lookup => {
  const names = run.tasks.map((task) => task.name);
  const over = doneLookup(done, groups, names);
  return firstOf(contextLookup(run.context), matrixLookup(groups, over), over);
};
