// Which Task of a run hangs on which: by order, by results and artifacts, and by data that several of them use.

import type { ResolvedRun, ResolvedTask } from "../resolve/resolved.ts";

/** Names of Tasks that come before each, near and far. */
export function ancestorsOf(tasks: readonly ResolvedTask[]): ReadonlyMap<string, ReadonlySet<string>> {
  const needs = new Map(tasks.map((task) => [task.name, needsOf(task, tasks)]));
  return new Map(
    tasks.map(({ name }) => {
      const all = new Set(needs.get(name));
      // A set is gone through with what is added on the way.
      for (const one of all) for (const next of needs.get(one) ?? []) all.add(next);
      return [name, all];
    }),
  );
}

function needsOf(task: ResolvedTask, tasks: readonly ResolvedTask[]): ReadonlySet<string> {
  const text = JSON.stringify(task);
  const named = [...text.matchAll(/\btasks(?:\.|\[\\?["'])([a-zA-Z0-9-]+)/g)].map(([, name = ""]) => name);
  const known = new Set(tasks.map(({ name }) => name));
  return new Set([...task.runAfter, ...named].filter((name) => known.has(name) && name !== task.name));
}

export type Data = "lasting" | "fixed" | "passing";

/** A folder of the user's lasts; what a ConfigMap or a Secret holds is the same for all; everything else ends with the run. */
export function dataOf(run: ResolvedRun, workspace: string): Data {
  const binding = run.workspaces[workspace];
  if (binding === undefined) return "fixed";
  if (binding.folder !== undefined) return "lasting";
  return binding.configMap !== undefined || binding.secret !== undefined ? "fixed" : "passing";
}
