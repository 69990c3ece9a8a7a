// Shapes of Pipeline and of its tasks.

import * as v from "valibot";
import type { PipelineSpec, PipelineTask, TaskSpec } from "../../spec.ts";
import {
  count,
  flag,
  metadata,
  objectRef,
  optional,
  param,
  paramSpec,
  resultSpec,
  text,
  texts,
  when,
} from "./common.ts";
import { taskFields } from "./task.ts";

/** An embedded Task may carry labels; `apiVersion`, `kind` and `spec` are those of a custom task (refused by check). */
const embeddedTask: v.GenericSchema<unknown, TaskSpec> = v.strictObject({
  ...taskFields,
  metadata: optional(metadata),
});

const lazyPipelineSpec: v.GenericSchema<unknown, PipelineSpec> = v.lazy(() => pipelineSpec);

export const pipelineTask: v.GenericSchema<unknown, PipelineTask> = v.strictObject({
  name: text,
  displayName: optional(text),
  description: optional(text),
  taskRef: optional(objectRef),
  taskSpec: optional(embeddedTask),
  pipelineRef: optional(objectRef),
  pipelineSpec: optional(lazyPipelineSpec),
  params: optional(v.array(param)),
  workspaces: optional(
    v.array(v.strictObject({ name: text, workspace: optional(text), subPath: optional(text) })),
  ),
  runAfter: optional(texts),
  when: optional(v.array(when)),
  matrix: optional(
    v.strictObject({
      params: optional(v.array(param)),
      include: optional(v.array(v.strictObject({ name: optional(text), params: optional(v.array(param)) }))),
    }),
  ),
  retries: optional(count),
  timeout: optional(text),
  onError: optional(text),
});

export const pipelineSpec: v.GenericSchema<unknown, PipelineSpec> = v.strictObject({
  description: optional(text),
  displayName: optional(text),
  params: optional(v.array(paramSpec)),
  workspaces: optional(
    v.array(v.strictObject({ name: text, description: optional(text), optional: optional(flag) })),
  ),
  tasks: v.array(pipelineTask),
  finally: optional(v.array(pipelineTask)),
  results: optional(v.array(resultSpec)),
});
