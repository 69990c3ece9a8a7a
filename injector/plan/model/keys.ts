// Keys of what a run is made of. They are built and taken apart here and nowhere else, and a key of one kind is no key of
// another. Names in references are plain text until they have been found to be a key.

declare const brand: unique symbol;
type Key<Kind extends string> = string & { readonly [brand]: Kind };

/** A Task, unique in the run: `build`, `build-0` in a matrix, `build.inner` for a Task in a Task. */
export type TaskKey = Key<"Task">;
/** A step, unique in the run: `build/3` is the fourth in its Task's list. */
export type LeafKey = Key<"step">;
/** A volume that a Task declares: `build/cache`. */
export type VolumeKey = Key<"volume">;

export const taskKey = (name: string): TaskKey => name as TaskKey;
export const matrixKey = (name: string, combination: number): TaskKey => `${name}-${combination}` as TaskKey;
export const innerKey = (task: TaskKey, name: string): TaskKey => `${task}.${name}` as TaskKey;
/** The Task of the Pipeline that a Task is in, or is. */
export const outermost = (task: string): TaskKey => taskKey(task.split(".", 1)[0] ?? task);

export const leafKey = (task: TaskKey, position: number): LeafKey => `${task}/${position}` as LeafKey;
export const taskOf = (leaf: LeafKey): TaskKey => taskKey(leaf.slice(0, leaf.lastIndexOf("/")));

export const volumeKey = (task: TaskKey, volume: string): VolumeKey => `${task}/${volume}` as VolumeKey;

/** How a step of an outer Task is called in references of the Tasks in it: `$(tasks['build/steps/version'].results.r)`. */
export const stepName = (task: TaskKey, step: string): string => `${task}${STEPS}${step}`;
export function parseStepName(name: string): { readonly task: TaskKey; readonly step: string } | undefined {
  const at = name.indexOf(STEPS);
  return at < 0 ? undefined : { task: taskKey(name.slice(0, at)), step: name.slice(at + STEPS.length) };
}

const STEPS = "/steps/";
