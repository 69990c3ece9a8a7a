// The run's graph of Tasks. It owns every edge: by runAfter and by results as written; by workspaces, because data that one
// Task writes while another has it open is nobody's data; and `finally` behind all the others. Who needs the order asks here.

import type { ResolvedRun, ResolvedTask } from "../../resolve/resolved.ts";
import { lateReferences } from "../../substitute/text.ts";
import type { BoundRun } from "../bind/run.ts";
import { type TaskKey, taskKey } from "../model/keys.ts";
import { known } from "../model/known.ts";
import { inOrder } from "../model/topological.ts";
import type { TaskEdge, Unit } from "../model/unit.ts";
import { Reach } from "./reach.ts";
import { conflictsOf } from "./sharing.ts";

export class TaskGraph {
  /** Every Task after all it waits for, `finally` last. */
  readonly order: readonly Unit[];
  readonly #into = new Map<TaskKey, TaskEdge[]>();
  readonly #index: ReadonlyMap<TaskKey, number>;
  /** As it is written, at any distance: whom a Task waits for, and who waits for it. */
  readonly #before: Reach;
  readonly #after: Reach;

  constructor(order: readonly Unit[], edges: readonly TaskEdge[]) {
    this.order = order;
    this.#index = new Map(order.map(({ key }, at) => [key, at]));
    for (const { key } of order) this.#into.set(key, []);
    for (const edge of edges) this.#into.get(edge.after)?.push(edge);
    this.#before = new Reach(order.length);
    this.#after = new Reach(order.length);
    const needs = order.map(({ key }) => this.#neededBy(key));
    for (const [at, all] of needs.entries()) for (const need of all) this.#before.add(at, need);
    for (const [at, all] of [...needs.entries()].reverse()) for (const need of all) this.#after.add(need, at);
  }

  /** What a Task waits for. */
  into(key: TaskKey): readonly TaskEdge[] {
    return this.#into.get(key) ?? [];
  }

  /** How many of `tasks` one waits for or lets wait, at any distance, as it is written; itself, if it is one of them. */
  relatives(tasks: readonly TaskKey[]): (key: TaskKey) => number {
    const set = this.#before.row(tasks.map((key) => known(this.#index.get(key))));
    const own = new Set(tasks);
    return (key) => {
      const at = known(this.#index.get(key));
      return this.#before.count(at, set) + this.#after.count(at, set) + (own.has(key) ? 1 : 0);
    };
  }

  #neededBy(key: TaskKey): readonly number[] {
    return this.into(key).flatMap(({ before, because }) =>
      because === "written" ? (this.#index.get(before) ?? []) : [],
    );
  }
}

export function taskGraph(run: ResolvedRun, bound: BoundRun): TaskGraph {
  const written = writtenEdges(run, bound);
  const ordinary = inOrder(
    bound.units.filter((unit) => !unit.finally),
    (unit) => unit.key,
    (unit) => (written.get(unit.key) ?? []).map(({ before }) => before),
  );
  const always = bound.units.filter((unit) => unit.finally);
  const others = [...[...bound.late.keys()].map(taskKey), ...ordinary.map(({ key }) => key)];
  return new TaskGraph(
    [...ordinary, ...always],
    [
      ...[...written.values()].flat(),
      ...conflictsOf(ordinary, written),
      ...always.flatMap(({ key }) => others.map((before) => behind(before, key))),
      ...conflictsOf(always, written),
    ],
  );
}

/** `finally` runs whatever became of the others. */
const behind = (before: TaskKey, after: TaskKey): TaskEdge => ({
  before,
  after,
  on: "settled",
  because: "finally",
});

/** By the Task that waits: as it is written, with a matrix spread over its Tasks, and through Tasks of which there are none. */
function writtenEdges(
  run: ResolvedRun,
  { groups, empty, tolerated }: BoundRun,
): ReadonlyMap<TaskKey, readonly TaskEdge[]> {
  const named = new Map(run.tasks.map((task) => [task.name, namedTasks(task)]));
  const needsOf = (name: string): readonly TaskKey[] => {
    const needs = [...(named.get(name) ?? [])].filter((need) => named.has(need) && need !== name);
    return [...new Set(needs.flatMap((need) => keys.get(need) ?? groups.get(need) ?? [taskKey(need)]))];
  };
  const keys = new Map<string, readonly TaskKey[]>();
  const tasks = inOrder(
    run.tasks,
    ({ name }) => name,
    ({ name }) => named.get(name) ?? [],
  );
  for (const { name } of tasks) if (empty.has(name)) keys.set(name, needsOf(name));
  const edge = (before: TaskKey, after: TaskKey): TaskEdge => ({
    ...{ before, after, because: "written" },
    on: tolerated.has(before) ? "settled" : "succeeded",
  });
  return new Map(
    run.tasks.flatMap(({ name }) => {
      const needs = needsOf(name);
      const own = groups.get(name) ?? [taskKey(name)];
      return own.map((key) => [key, needs.map((need) => edge(need, key))] as const);
    }),
  );
}

/** Tasks that this one waits for: named in runAfter, or asked for a result anywhere in its definition. */
function namedTasks(task: ResolvedTask): ReadonlySet<string> {
  const named = new Set(task.runAfter);
  const everywhere = [task.params, task.when, task.matrix, task.workspaces, task.artifacts, task.spec];
  for (const { path } of lateReferences(everywhere)) if (path[1] !== undefined) named.add(path[1]);
  return named;
}
