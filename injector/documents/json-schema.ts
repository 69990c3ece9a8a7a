// The JSON Schema of all documents Baton reads, for editors: from the same schemas that `load` uses, so that it
// cannot say anything else.

import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import { KINDS, type KindEntry } from "./load/kinds.ts";
import { metadata } from "./load/schema/common.ts";
import { pipelineSpec, pipelineTask } from "./load/schema/pipeline.ts";
import { pipelineRunSpec, taskRunSpec } from "./load/schema/run.ts";
import { sidecar, step, stepActionSpec, taskSpec } from "./load/schema/task.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Draft-07, which every editor's YAML plug-in reads. `kind` decides which part applies. */
export function jsonSchema(): JsonSchema {
  const specs = {
    Task: taskSpec,
    TaskRun: taskRunSpec,
    Pipeline: pipelineSpec,
    PipelineRun: pipelineRunSpec,
    StepAction: stepActionSpec,
  };
  const definitions = toJsonSchemaDefs(
    { ...specs, step, sidecar, pipelineTask, metadata },
    {
      typeMode: "input",
      target: "draft-07",
      errorMode: "ignore",
      overrideRef: ({ referenceId }) => `#/definitions/${referenceId}`,
    },
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Tasks, Pipelines and runs of them, as Tekton and Baton read them",
    type: "object",
    required: ["apiVersion", "kind", "spec"],
    properties: { apiVersion: { enum: versions() }, kind: { enum: Object.keys(KINDS) } },
    allOf: Object.entries(KINDS).flatMap(([kind, entry]) => rulesOf(kind, entry)),
    definitions,
  };
}

/** v1beta1 had other field names, which `load` converts: of those documents only the frame is described. */
function rulesOf(kind: string, { kind: definition, versions: known }: KindEntry): readonly JsonSchema[] {
  const ofKind = { kind: { const: kind } };
  const described = definition === "StepAction" ? known : known.filter((one) => one !== "tekton.dev/v1beta1");
  const frame = {
    if: { properties: ofKind },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
    then: { properties: { apiVersion: { enum: known }, metadata: { $ref: "#/definitions/metadata" } } },
  };
  if (described.length === 0) return [frame];
  const body = {
    if: { properties: { ...ofKind, apiVersion: { enum: described } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
    then: { properties: { spec: { $ref: `#/definitions/${definition}` } } },
  };
  return [frame, body];
}

const versions = (): readonly string[] => [
  ...new Set(Object.values(KINDS).flatMap((entry) => entry.versions)),
];
