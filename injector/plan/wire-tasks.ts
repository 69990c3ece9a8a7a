// The Pipeline's graph: by runAfter, by results, and `finally` behind everything.

import type { ResolvedRun, ResolvedTask } from "../resolved.ts";
import { lateReferences } from "../substitute/text.ts";
import type { BoundRun } from "./bind-run.ts";
import { inOrder } from "./order.ts";
import { Wiring } from "./wire.ts";

export function wireTasks(run: ResolvedRun, bound: BoundRun): Wiring {
  const wiring = new Wiring();
  const needs = taskNeeds(run, bound);
  const ordinary = inOrder(
    bound.units.filter((unit) => !unit.finally),
    (unit) => unit.key,
    (unit) => needs.get(unit.key) ?? [],
  );
  for (const unit of ordinary) {
    const incoming = (needs.get(unit.key) ?? []).flatMap((key) => wiring.units.get(key)?.after ?? []);
    wiring.add(unit, incoming);
  }
  const everything = wiring.everything();
  for (const unit of bound.units.filter((one) => one.finally)) wiring.add(unit, everything);
  return wiring;
}

// --- Internal helpers ---

type Needs = ReadonlyMap<string, readonly string[]>;

function taskNeeds(run: ResolvedRun, { groups }: BoundRun): Needs {
  const names = new Set(run.tasks.map((task) => task.name));
  const keysOf = (name: string) => groups.get(name) ?? [name];
  const pairs = run.tasks.flatMap((task) => {
    const needs = [...namedTasks(task)]
      .filter((name) => names.has(name) && name !== task.name)
      .flatMap(keysOf);
    return keysOf(task.name).map((key) => [key, needs] as const);
  });
  return new Map(pairs);
}

/** Tasks that this one waits for: named in runAfter, or asked for a result anywhere in its definition. */
function namedTasks(task: ResolvedTask): ReadonlySet<string> {
  const named = new Set(task.runAfter);
  for (const { path } of lateReferences([task.params, task.when, task.matrix, task.workspaces, task.spec]))
    if (path[1] !== undefined) named.add(path[1]);
  return named;
}
