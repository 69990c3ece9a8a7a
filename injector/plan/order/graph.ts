// The Pipeline's graph: by runAfter and by results as written, then by workspaces, because data that one Task writes
// while another has it open is nobody's data. Tasks that only read run side by side.

import type { ResolvedRun, ResolvedTask } from "../../resolve/resolved.ts";
import { lateReferences } from "../../substitute/text.ts";
import type { BoundRun } from "../bind/run.ts";
import { inOrder } from "../model/topological.ts";
import type { Needs, Unit } from "../model/unit.ts";
import { type Conflict, conflictsOf } from "./sharing.ts";

export interface TaskGraph {
  /** Every Task after all it needs, `finally` last. */
  readonly order: readonly Unit[];
  readonly needs: Needs;
  /** Order that nobody wrote: the one after runs whatever became of the one before. */
  readonly conflicts: readonly Conflict[];
}

export function taskGraph(run: ResolvedRun, bound: BoundRun): TaskGraph {
  const written = writtenNeeds(run, bound);
  const ordinary = inOrder(
    bound.units.filter((unit) => !unit.finally),
    (unit) => unit.key,
    (unit) => written.get(unit.key) ?? [],
  );
  const always = bound.units.filter((unit) => unit.finally);
  const conflicts = [...conflictsOf(ordinary, written), ...conflictsOf(always, written)];
  return { order: [...ordinary, ...always], needs: written, conflicts };
}

function writtenNeeds(run: ResolvedRun, { groups, empty }: BoundRun): Needs {
  const needsOf = new Map(run.tasks.map((task) => [task.name, namedTasks(task)]));
  const keysOf = (name: string): readonly string[] => {
    if (empty.has(name)) return [...(needsOf.get(name) ?? [])].flatMap(keysOf);
    return groups.get(name) ?? [name];
  };
  const pairs = run.tasks.flatMap(({ name }) => {
    const named = [...(needsOf.get(name) ?? [])].filter((need) => needsOf.has(need) && need !== name);
    const needs = [...new Set(named.flatMap(keysOf))];
    return (groups.get(name) ?? [name]).map((key) => [key, needs] as const);
  });
  return new Map(pairs);
}

/** Tasks that this one waits for: named in runAfter, or asked for a result anywhere in its definition. */
function namedTasks(task: ResolvedTask): ReadonlySet<string> {
  const named = new Set(task.runAfter);
  const everywhere = [task.params, task.when, task.matrix, task.workspaces, task.artifacts, task.spec];
  for (const { path } of lateReferences(everywhere)) if (path[1] !== undefined) named.add(path[1]);
  return named;
}
