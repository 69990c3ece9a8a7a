// What a Task takes and leaves, by the declarations of its steps, as those see it who use the Task.

import { soleReference } from "../../entrypoint/protocol/index.ts";
import type { Library } from "./library.ts";
import type { ArtifactInput, ArtifactOutput, StepSpec, TaskSpec } from "./spec.ts";

/** The Task's own inputs: those of its steps that no other step of it leaves. Several steps may have one in common. */
export function inputsOf(spec: TaskSpec): readonly ArtifactInput[] {
  return spec.steps.flatMap((step) =>
    (step.artifacts?.inputs ?? []).filter(({ from }) => from === undefined),
  );
}

/** The outputs of all its steps, those that are Tasks included. One that contains itself is said to do so elsewhere. */
export const outputsOf = (
  spec: TaskSpec,
  library: Library,
  around: readonly TaskSpec[] = [],
): readonly ArtifactOutput[] =>
  around.includes(spec) ? [] : spec.steps.flatMap((step) => outputsOfStep(step, library, [...around, spec]));

/** A Task as a step leaves what its own steps do, at paths that mean nothing out here. */
export function outputsOfStep(
  step: StepSpec,
  library: Library,
  around: readonly TaskSpec[] = [],
): readonly ArtifactOutput[] {
  const task = taskOf(step, library);
  if (task === undefined) return step.artifacts?.outputs ?? [];
  return outputsOf(task, library, around).map(({ path: _path, ...output }) => output);
}

/** The Task that a step stands for; undefined where it is no Task, or one that is not there. */
export function taskOf({ ref }: StepSpec, library: Library): TaskSpec | undefined {
  return ref?.kind === "Task" ? library.resolve("Task", ref)?.object.spec : undefined;
}

/** `$(steps.<owner>.outputs.<name>)` and `$(tasks.<owner>.outputs.<name>)`. */
export interface ArtifactSource {
  readonly room: "steps" | "tasks";
  readonly owner: string;
  readonly output: string;
}

/** undefined where the text is anything else than one such reference. */
export function sourceIn(text: string): ArtifactSource | undefined {
  const sole = soleReference(text);
  const [room, owner, kind, output, more] = sole?.path ?? [];
  if ((room !== "steps" && room !== "tasks") || kind !== "outputs" || more !== undefined) return undefined;
  if (owner === undefined || output === undefined || sole?.index !== undefined) return undefined;
  return { room, owner, output };
}
