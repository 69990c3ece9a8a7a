// What a Task of a run is, in a word: two runs in which that word is the same would do the same for it.

import { createHash } from "node:crypto";
import type { ResolvedRun, ResolvedTask } from "../resolve/resolved.ts";

/** By the Task's name. */
export type Definitions = Readonly<Record<string, string>>;

export const definitionsOf = (run: ResolvedRun): Definitions =>
  Object.fromEntries([...run.tasks, ...run.finally].map((task) => [task.name, definitionOf(run, task)]));

/** With the values that it speaks of. What a Secret holds is no part of it: a digest of that could be tried out. */
function definitionOf(run: ResolvedRun, { params, ...task }: ResolvedTask): string {
  const text = JSON.stringify(task);
  // An embedded Task is given all params of the run, whether it has a use for them or not.
  const isUsed = (name: string): boolean =>
    [`.${name}`, `"${name}`, `'${name}`].some((one) => text.includes(one));
  const parts = [
    task,
    params.filter(({ name }) => isUsed(name)),
    Object.entries(run.params).filter(([name]) => isUsed(name)),
    task.workspaces.map(({ workspace }) => run.workspaces[workspace]),
    run.pod,
    run.data.filter(({ kind }) => kind !== "Secret"),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
