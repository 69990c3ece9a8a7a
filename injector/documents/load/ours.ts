// Fields that Tekton does not have. They are welcome under baton.run/v1alpha1; under tekton.dev they are refused,
// because the same file would be refused, or read otherwise, by Tekton.

import type { PipelineSpec, StepSpec, TaskSpec, Unversioned } from "../spec.ts";
import { stepFieldsWhere } from "../step-fields.ts";
import type { Path } from "./path.ts";

export const OURS = "baton.run/v1alpha1";

/** Places of the fields that only baton.run/v1alpha1 has, and how to name each. */
export function oursIn(object: Unversioned): { readonly path: Path; readonly what: string }[] {
  switch (object.kind) {
    case "Task":
      return inTask(object.spec, ["spec"]);
    case "Pipeline":
      return inPipeline(object.spec, ["spec"]);
    case "TaskRun":
      return [...inRun(object.spec.workspaces), ...inTask(object.spec.taskSpec, ["spec", "taskSpec"])];
    case "PipelineRun":
      return [
        ...inRun(object.spec.workspaces),
        ...inPipeline(object.spec.pipelineSpec, ["spec", "pipelineSpec"]),
      ];
    case "StepAction":
      return [];
  }
}

const STEP_FIELDS = stepFieldsWhere(({ ours }) => ours === true);

type Found = { readonly path: Path; readonly what: string };

const inTask = (spec: TaskSpec | undefined, path: Path): Found[] => [
  ...(spec?.cache === undefined ? [] : [{ path: [...path, "cache"], what: '"cache" of a Task' }]),
  ...(spec?.steps ?? []).flatMap((step, index) => inStep(step, [...path, "steps", index])),
];

function inStep(step: StepSpec, path: Path): Found[] {
  const fields = STEP_FIELDS.filter((field) => step[field] !== undefined).map((field) => ({
    path: [...path, field],
    what: `"${field}" of a step`,
  }));
  const isTask = step.ref?.kind === "Task";
  const ref = isTask ? [{ path: [...path, "ref", "kind"], what: "Tasks as steps" }] : [];
  const passed = (step.workspaces ?? []).flatMap((use, index) =>
    (["workspace", "subPath"] as const)
      .filter((field) => use[field] !== undefined)
      .map((field) => ({
        path: [...path, "workspaces", index, field],
        what: `"${field}" of a step's workspace`,
      })),
  );
  return [...fields, ...ref, ...passed];
}

const inPipeline = (spec: PipelineSpec | undefined, path: Path): Found[] =>
  (["tasks", "finally"] as const).flatMap((list) =>
    (spec?.[list] ?? []).flatMap((task, index) => [
      ...(["artifacts", "cache"] as const)
        .filter((field) => task[field] !== undefined)
        .map((field) => ({ path: [...path, list, index, field], what: `"${field}" of a task` })),
      ...inTask(task.taskSpec, [...path, list, index, "taskSpec"]),
      ...inPipeline(task.pipelineSpec, [...path, list, index, "pipelineSpec"]),
    ]),
  );

const inRun = (workspaces: readonly { readonly folder?: string }[] | undefined): Found[] =>
  (workspaces ?? []).flatMap((binding, index) =>
    binding.folder === undefined
      ? []
      : [{ path: ["spec", "workspaces", index, "folder"], what: `"folder" of a workspace` }],
  );
