// Which objects an object refers to, and where it says so. `check`, `resolve` and the fetching of remote references
// all walk the same list.

import { referencesIn } from "../../entrypoint/protocol/index.ts";
import type { Path } from "./load.ts";
import type { ObjectRef, PipelineSpec, TaskSpec, TektonKind, TektonObject } from "./spec.ts";

export interface FoundRef {
  readonly kind: TektonKind;
  readonly ref: ObjectRef;
  /** Of the reference itself: `["spec", "taskRef"]`. */
  readonly path: Path;
}

export function refsOf(object: TektonObject): FoundRef[] {
  switch (object.kind) {
    case "Task":
      return inTask(object.spec, ["spec"]);
    case "Pipeline":
      return inPipeline(object.spec, ["spec"]);
    case "TaskRun":
      return [
        ...one("Task", object.spec.taskRef, ["spec", "taskRef"]),
        ...inTask(object.spec.taskSpec, ["spec", "taskSpec"]),
      ];
    case "PipelineRun":
      return [
        ...one("Pipeline", object.spec.pipelineRef, ["spec", "pipelineRef"]),
        ...inPipeline(object.spec.pipelineSpec, ["spec", "pipelineSpec"]),
      ];
    case "StepAction":
      return [];
  }
}

/** What a step's reference is about: a StepAction, unless it says `kind: Task` (ours). */
export const kindOfStepRef = (ref: ObjectRef): "Task" | "StepAction" =>
  ref.kind === "Task" ? "Task" : "StepAction";

/** A resolver's params by name, as the reference has them. */
export type ResolverParams = Readonly<Record<string, string>>;

/** A reference's params; lists and maps are no use to any resolver and are left out. */
export const resolverParams = (ref: ObjectRef): ResolverParams =>
  Object.fromEntries(
    (ref.params ?? []).flatMap(({ name, value }) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );

/** What it leads to hangs on a value that is not known yet. */
export const isOpen = (ref: ObjectRef): boolean =>
  [ref.name ?? "", ...Object.values(resolverParams(ref))].some((text) => referencesIn(text).length > 0);

/** The same for the same reference, whatever the order of its params. */
export const refKey = ({ resolver = "", ...ref }: ObjectRef): string =>
  JSON.stringify([resolver, Object.entries(resolverParams(ref)).sort(([a], [b]) => (a < b ? -1 : 1))]);

const one = (kind: TektonKind, ref: ObjectRef | undefined, path: Path): FoundRef[] =>
  ref === undefined ? [] : [{ kind, ref, path }];

const inTask = (spec: TaskSpec | undefined, path: Path): FoundRef[] =>
  (spec?.steps ?? []).flatMap(({ ref }, index) =>
    ref === undefined ? [] : one(kindOfStepRef(ref), ref, [...path, "steps", index, "ref"]),
  );

const inPipeline = (spec: PipelineSpec | undefined, path: Path): FoundRef[] =>
  (["tasks", "finally"] as const).flatMap((list) =>
    (spec?.[list] ?? []).flatMap((task, index) => {
      const here = [...path, list, index];
      return [
        ...one("Task", task.taskRef, [...here, "taskRef"]),
        ...inTask(task.taskSpec, [...here, "taskSpec"]),
        ...one("Pipeline", task.pipelineRef, [...here, "pipelineRef"]),
        ...inPipeline(task.pipelineSpec, [...here, "pipelineSpec"]),
      ];
    }),
  );
