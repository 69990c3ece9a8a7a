// Results by name, and the Task that has the file behind one.

import type { Reference } from "../../../entrypoint/protocol/index.ts";
import type { Plan, PlannedResult, PlannedTask } from "../../plan/model/plan.ts";
import { formatReference } from "../../substitute/text.ts";

/** A Task hands out its own results, a Pipeline those it names. */
export function taskRunResults({ source, tasks, results }: Plan): readonly PlannedResult[] {
  const [top] = tasks;
  if (top === undefined || source.kind === "Pipeline" || source.kind === "PipelineRun") return results;
  return top.results.map(({ name, type }) => ({
    name,
    type,
    value: formatReference(["tasks", top.name, "results", name]),
  }));
}

/**
 * The Task's result that a reference names, as the Task has it that writes the file: a Task may hand out what a Task in
 * it has. A result's own name may have dots, and a key may follow it.
 */
export function resultIn({ path }: Pick<Reference, "path">, tasks: Plan["tasks"]) {
  const [, task = "", , ...rest] = path;
  const results = tasks.find(({ name }) => name === task)?.results ?? [];
  const named = (parts: readonly string[]) => results.find(({ name }) => name === parts.join("."));
  const whole = ownerOf(named(rest), tasks);
  if (whole !== undefined) return { ...whole, below: [] };
  const object = ownerOf(named(rest.slice(0, -1)), tasks);
  return object && { ...object, below: rest.slice(-1) };
}

/** Of Tasks that hand out the same file, the innermost, which comes last. */
export function ownerOf(result: PlannedTask["results"][number] | undefined, tasks: Plan["tasks"]) {
  if (result === undefined) return undefined;
  const { volume, path } = result.from;
  const owners = tasks.flatMap((task) =>
    task.results
      .filter(({ from }) => from.volume === volume && from.path === path)
      .map((own) => ({ task, result: own })),
  );
  return owners.at(-1);
}
