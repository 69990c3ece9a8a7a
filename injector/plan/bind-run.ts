// The run's Tasks as units: workspaces become volumes, and every Task is bound to its params and directories.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import type { PlannedVolume } from "../plan.ts";
import type { PlanOptions } from "../plan-set.ts";
import type { ResolvedRun } from "../resolved.ts";
import { firstOf, type Lookup, lateReferences, substituteDeep } from "../substitute/text.ts";
import { bindTask } from "./bind.ts";
import { type Done, doneLookup } from "./done.ts";
import { type Groups, instancesOf, isLateMatrix, matrixLookup } from "./matrix.ts";
import { inOrder } from "./order.ts";
import { type Places, placesIn } from "./places.ts";
import type { Unit } from "./unit.ts";
import { workspaceVolume } from "./volumes.ts";

export interface BoundRun {
  readonly units: readonly Unit[];
  readonly places: Places;
  /** Of the run's workspaces. */
  readonly volumes: readonly PlannedVolume[];
  /** Tasks that stand for several (a matrix): name → keys. */
  readonly groups: Groups;
  /** Tasks whose matrix only a result can give → the references that are still in it. */
  readonly late: ReadonlyMap<string, readonly Reference[]>;
  readonly done: Done;
  /** Keys of Tasks whose failure does not stop the others. */
  readonly tolerated: ReadonlySet<string>;
  /** Answers the run's own references: its context, and what a matrix stands for. */
  readonly outer: Lookup;
}

export function bindRun(run: ResolvedRun, options: PlanOptions): BoundRun {
  const workspaces = Object.entries(run.workspaces).map(
    ([name, binding]) => [name, workspaceVolume(binding, `ws-${name}`, run.data)] as const,
  );
  const volumes = workspaces.map(([, { volume }]) => volume);
  const places = placesIn(options.root, foldersOf(volumes), isAlone(run));
  const pieces = new Map(workspaces.map(([name, { piece }]) => [name, piece]));
  const done = options.done ?? {};
  const { instances, groups, late } = expand(run, done);
  const outer = runLookup(run, groups, done);
  const units = instances.map(({ key, task, always }) =>
    bindTask(task, { run, places, key, parents: [], finally: always, outer, pieces }),
  );
  const tolerated = new Set(units.filter((unit) => unit.tolerated).map((unit) => unit.key));
  return { units, places, volumes, groups, late, done, tolerated, outer };
}

// --- Internal helpers ---

/** Tasks with a matrix in the order of the run: one may take its length from another's results. */
function expand(run: ResolvedRun, done: Done) {
  const groups = new Map<string, readonly string[]>();
  const late = new Map<string, readonly Reference[]>();
  const outer = runLookup(run, groups, done);
  const all = [
    ...run.tasks.map((task) => ({ task, always: false })),
    ...run.finally.map((task) => ({ task, always: true })),
  ];
  const ordered = inOrder(
    all,
    ({ task }) => task.name,
    ({ task }) => lateReferences(task.matrix).map(({ path }) => path[1] ?? ""),
  );
  const instances = ordered.flatMap(({ task, always }) => {
    if (isLateMatrix(task, outer)) {
      late.set(task.name, lateReferences(substituteDeep(task.matrix, outer)));
      return [];
    }
    const own = instancesOf(task, outer).map((instance) => ({ ...instance, always }));
    const keys = own.map(({ key }) => key);
    if (task.matrix !== undefined) groups.set(task.name, keys);
    return own;
  });
  return { instances, groups: groups as Groups, late };
}

const runLookup = (run: ResolvedRun, groups: Groups, done: Done): Lookup => {
  const over = doneLookup(
    done,
    groups,
    run.tasks.map((task) => task.name),
  );
  return firstOf(contextLookup(run), matrixLookup(groups, over), over);
};

/** A single Task without Tasks in it needs no directories of its own within the volumes. */
const isAlone = ({ tasks, finally: always }: ResolvedRun): boolean =>
  tasks.length + always.length === 1 &&
  [...tasks, ...always].every(
    (task) => task.matrix === undefined && task.spec.steps.every((step) => step.kind === "step"),
  );

const foldersOf = (volumes: readonly PlannedVolume[]): ReadonlyMap<string, string> =>
  new Map(
    volumes.flatMap(({ name, source }) => (source.kind === "folder" ? [[name, source.path] as const] : [])),
  );

const contextLookup =
  ({ context }: ResolvedRun): Lookup =>
  ({ path }) =>
    path[0] === "context" ? context[path.slice(1).join(".")] : undefined;
