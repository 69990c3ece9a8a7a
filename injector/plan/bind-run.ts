// The run's Tasks as units: workspaces become volumes, and every Task is bound to its params and directories.

import type { PlannedVolume, PlanOptions } from "../plan.ts";
import type { ResolvedRun } from "../resolved.ts";
import type { Lookup } from "../substitute/text.ts";
import { bindTask } from "./bind.ts";
import { type Places, placesIn } from "./places.ts";
import type { Unit } from "./unit.ts";
import { workspaceVolume } from "./volumes.ts";

export interface BoundRun {
  readonly units: readonly Unit[];
  readonly places: Places;
  /** Of the run's workspaces. */
  readonly volumes: readonly PlannedVolume[];
  /** Tasks that stand for several (a matrix): name → keys. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export function bindRun(run: ResolvedRun, options: PlanOptions): BoundRun {
  const workspaces = Object.entries(run.workspaces).map(
    ([name, binding]) => [name, workspaceVolume(binding, `ws-${name}`, run.data)] as const,
  );
  const volumes = workspaces.map(([, { volume }]) => volume);
  const places = placesIn(options.root, foldersOf(volumes), isAlone(run));
  const pieces = new Map(workspaces.map(([name, { piece }]) => [name, piece]));
  const outer = contextLookup(run);
  const bind = (finally_: boolean) => (task: ResolvedRun["tasks"][number]) =>
    bindTask(task, { run, places, key: task.name, parents: [], finally: finally_, outer, pieces });
  return {
    units: [...run.tasks.map(bind(false)), ...run.finally.map(bind(true))],
    places,
    volumes,
    groups: new Map(),
  };
}

// --- Internal helpers ---

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
