// Shapes of Pipeline and of its tasks.

import * as v from "valibot";
import type { PipelineSpec, PipelineTask, TaskSpec } from "../../spec.ts";
import {
  cache,
  count,
  duration,
  flag,
  objectRef,
  optional,
  param,
  paramSpec,
  pipelineRef,
  resultSpec,
  taskMetadata,
  text,
  texts,
  when,
} from "./common.ts";
import { taskFields } from "./task.ts";

/** An embedded Task may carry labels; `apiVersion`, `kind` and `spec` are those of a custom task (refused by check). */
const embeddedTask: v.GenericSchema<unknown, TaskSpec> = v.strictObject({
  ...taskFields,
  metadata: optional(taskMetadata),
});

const lazyPipelineSpec: v.GenericSchema<unknown, PipelineSpec> = v.lazy(() => pipelineSpec);

export const pipelineTask: v.GenericSchema<unknown, PipelineTask> = v.strictObject({
  name: text,
  displayName: optional(text, "How people read it."),
  description: optional(text),
  taskRef: optional(objectRef, "A Task by name or resolver."),
  taskSpec: optional(embeddedTask, "A Task written here; params and workspaces of the Pipeline reach it."),
  pipelineRef: optional(pipelineRef, "Another Pipeline: its tasks stand here, prefixed with this name."),
  pipelineSpec: optional(lazyPipelineSpec, "A Pipeline written here."),
  params: optional(v.array(param)),
  workspaces: optional(
    v.array(v.strictObject({ name: text, workspace: optional(text), subPath: optional(text) })),
  ),
  artifacts: optional(
    v.strictObject({
      inputs: optional(v.array(v.strictObject({ name: text, from: text }))),
    }),
    "What the Task's own inputs are: $(tasks.<task>.outputs.<name>), which is an order, too.",
  ),
  cache: optional(
    cache,
    "Of its steps that leave outputs or results, where the Task says nothing: not run again.",
  ),
  runAfter: optional(
    texts,
    "Tasks that must have ended well or been skipped. Results order tasks by themselves.",
  ),
  when: optional(v.array(when)),
  matrix: optional(
    v.strictObject({
      params: optional(v.array(param)),
      include: optional(v.array(v.strictObject({ name: optional(text), params: optional(v.array(param)) }))),
    }),
  ),
  retries: optional(count, "Attempts after the first."),
  timeout: optional(duration, "How long an attempt may take: 90s, 5m, 1h30m."),
  onError: optional(text, "continue: its failure does not fail the run."),
});

export const pipelineSpec: v.GenericSchema<unknown, PipelineSpec> = v.strictObject({
  description: optional(text),
  displayName: optional(text, "How people read it."),
  params: optional(v.array(paramSpec)),
  workspaces: optional(
    v.array(v.strictObject({ name: text, description: optional(text), optional: optional(flag) })),
  ),
  tasks: v.array(pipelineTask),
  finally: optional(v.array(pipelineTask), "Tasks that run after all others, however these ended."),
  results: optional(v.array(resultSpec)),
});
