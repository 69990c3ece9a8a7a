// The graph of a Pipeline's tasks, by runAfter and by results: what is named is there, and nothing waits for itself.

import { suggestion } from "../diagnostics/nearest.ts";
import type { PipelineTask } from "../documents/spec.ts";
import { lateReferences } from "../substitute/text.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";

/** The cursor is at the list of tasks. */
export function* checkGraph(cursor: Cursor, tasks: readonly PipelineTask[]): Faults {
  const names = tasks.map(({ name }) => name);
  for (const [index, task] of tasks.entries())
    for (const [position, name] of (task.runAfter ?? []).entries())
      if (!names.includes(name))
        yield fault(
          within(cursor, index, "runAfter", position),
          "unknown-task",
          `there is no task "${name}" to run after`,
          suggestion(name, names, "name a task of this Pipeline"),
        );
  const circle = findCircle(new Map(tasks.map((task) => [task.name, dependenciesOf(task)])));
  if (circle === undefined) return;
  const index = names.indexOf(circle[0] ?? "");
  yield fault(
    within(cursor, index, "name"),
    "task-cycle",
    `tasks wait for each other in a circle: ${[...circle, circle[0]].join(" → ")}`,
    "remove one of the runAfter or result references between them",
  );
}

/** Names of the tasks that a task waits for; an inner Pipeline has names of its own. */
function dependenciesOf({ pipelineSpec: _own, runAfter = [], ...task }: PipelineTask): readonly string[] {
  const asked = lateReferences(task).flatMap(({ path: [, name, field] }) =>
    name !== undefined && field !== undefined ? [name] : [],
  );
  return [...new Set([...runAfter, ...asked])];
}

/** The first circle met, each name waiting for the next one; undefined where there is none. */
export function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const finished = new Set<string>();
  for (const start of graph.keys()) {
    const circle = circleFrom(start, graph, finished);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** Depth first without recursion: a chain of thousands of tasks is no reason to run out of stack. */
function circleFrom(
  start: string,
  graph: ReadonlyMap<string, readonly string[]>,
  finished: Set<string>,
): readonly string[] | undefined {
  const trail: { readonly name: string; readonly rest: Iterator<string> }[] = [];
  const open = new Set<string>();
  const enter = (name: string) => {
    trail.push({ name, rest: (graph.get(name) ?? []).values() });
    open.add(name);
  };
  if (!finished.has(start)) enter(start);
  for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
    const next = last.rest.next();
    if (next.done === true) {
      finished.add(last.name);
      open.delete(last.name);
      trail.pop();
    } else if (open.has(next.value)) {
      const names = trail.map(({ name }) => name);
      return names.slice(names.indexOf(next.value));
    } else if (!finished.has(next.value)) enter(next.value);
  }
  return undefined;
}
