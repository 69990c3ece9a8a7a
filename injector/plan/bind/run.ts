// The run's Tasks as units: workspaces become volumes, and every Task is bound to its params and directories.

import { defined } from "../../documents/defined.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { namer } from "../model/names.ts";
import { cacheVolumes, type Places, placesIn } from "../model/places.ts";
import type { PlannedVolume } from "../model/plan.ts";
import type { PlanOptions } from "../model/plan-set.ts";
import type { Unit } from "../model/unit.ts";
import type { Done } from "./done.ts";
import { type Expanded, expand } from "./expand.ts";
import { Faults } from "./faults.ts";
import { bindTask } from "./task.ts";
import { workspaceVolume } from "./volumes.ts";

export interface BoundRun extends Omit<Expanded, "instances"> {
  readonly units: readonly Unit[];
  readonly places: Places;
  /** Of the run's workspaces. */
  readonly volumes: readonly PlannedVolume[];
  readonly done: Done;
  /** Keys of Tasks whose failure does not stop the others. */
  readonly tolerated: ReadonlySet<string>;
  /** Where a piece of the run was written. */
  readonly place: ResolvedRun["place"];
}

/** Throws UserError with all that the texts ask for and nobody answers. */
export function bindRun(run: ResolvedRun, options: PlanOptions): BoundRun {
  const names = namer();
  const workspaces = Object.entries(run.workspaces).map(
    ([name, binding]) => [name, workspaceVolume(binding, names.name("ws", name), run.data)] as const,
  );
  const volumes = workspaces.map(([, { volume }]) => volume);
  const places = placesIn(
    options.root,
    foldersOf([...volumes, ...cacheVolumes(options.cache)]),
    isAlone(run),
  );
  const pieces = new Map(workspaces.map(([name, { piece }]) => [name, piece]));
  const done = options.done ?? {};
  const expanded = expand(run, done);
  const { instances, outer } = expanded;
  const faults = new Faults(run);
  const units = instances.map(({ key, task, label, always }) =>
    bindTask(task, {
      ...{ run, places, key, outer, pieces, faults, where: `tasks.${task.name}`, pod: run.pod },
      ...{ parents: [], finally: always, always: false, tried: false },
      ...defined({ label }),
    }),
  );
  if (run.standIns !== true) faults.refuse();
  const tolerated = new Set(units.filter((unit) => unit.tolerated).map((unit) => unit.key));
  return { ...expanded, units, places, volumes, done, tolerated, place: run.place };
}

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
