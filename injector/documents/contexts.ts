// What `$(context.…)` can be: the one list. Whoever answers it, checks it or offers it in TypeScript takes it from here.

/** Dotted name → its words for people. */
export const CONTEXTS = {
  "taskRun.name": "the name of the run of this Task",
  "taskRun.namespace": "the namespace it runs in",
  "taskRun.uid": "its uid",
  "task.name": "the name of the Task",
  "task.retry-count": "how often the Task has been tried before, from 0",
  "pipelineRun.name": "the name of the run of the Pipeline",
  "pipelineRun.namespace": "the namespace it runs in",
  "pipelineRun.uid": "its uid",
  "pipeline.name": "the name of the Pipeline",
  "pipelineTask.retries": "how often the task may be tried again",
} as const;

export type ContextName = keyof typeof CONTEXTS;
