// The SDK: Tasks and Pipelines in TypeScript, plain objects out. docs/sdk.md teaches it on one screen.

export type { BoundArtifacts, OutputReference, StepArtifacts } from "./artifacts.ts";
export { definePipeline, type PipelineBody, type PipelineHead } from "./pipeline.ts";
export type { TaskHandle } from "./pipeline-task.ts";
export type {
  ArrayReference,
  ObjectReference,
  PathReference,
  Text,
  TextReference,
  Word,
} from "./reference.ts";
export { defineRun, type RunOptions } from "./run.ts";
export type { WorkspaceReference } from "./scope.ts";
export { sh } from "./sh.ts";
export { defineStep, type Step, type StepHandle } from "./step.ts";
export { defineStepAction, type StepActionHead } from "./step-action.ts";
export {
  type ExistingTask,
  existingTask,
  type InlinePipeline,
  type InlineTask,
  inline,
  type PipelineDefinition,
  type StepActionDefinition,
  type TaskDefinition,
} from "./target.ts";
export { defineTask, type TaskBody, type TaskHead } from "./task.ts";
export { toYaml } from "./yaml.ts";
