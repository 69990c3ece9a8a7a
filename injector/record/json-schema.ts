// JSON Schemas of a run's record and of its events, for programs that read them. The compiler asks for every field, and for no
// other, so that they cannot say less than the types. A reader is to pass over fields that it does not know: later versions have more.

import type {
  ArtifactStatus,
  Attempt,
  CacheStatus,
  Cause,
  StepArtifacts,
} from "../../entrypoint/protocol/index.ts";
import type { SourceRecord } from "../documents/source.ts";
import type {
  ArtifactRecord,
  ImageRecord,
  ResultRecord,
  RunEvent,
  RunRecord,
  RunRequest,
  StepRecord,
  TaskRecord,
} from "./record.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Names of the fields that may be absent. */
type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T] & string;
/** Of each field its schema; those that may be absent in `maybe`. */
type FieldsOf<T> = {
  readonly [K in Exclude<keyof T & string, Optional<T>>]: Schema;
} & ([Optional<T>] extends [never]
  ? { readonly maybe?: Record<never, never> }
  : { readonly maybe: { readonly [K in Optional<T>]: Schema } });

function object<T>(fields: FieldsOf<T>): Schema {
  const { maybe = {}, ...required } = fields as Readonly<Record<string, Schema>>;
  return { type: "object", required: Object.keys(required), properties: { ...required, ...maybe } };
}

const text = { type: "string" };
const whole = { type: "integer" };
const flag = { type: "boolean" };
const anything = { type: "object" };
const time = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" };
const digest = { type: "object", additionalProperties: text };
const listOf = (items: Schema): Schema => ({ type: "array", items });
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const value = { anyOf: [text, listOf(text), { type: "object", additionalProperties: text }] };

const ENDINGS = ["succeeded", "failed", "skipped", "cancelled", "timedOut", "lost", "setupFailed"];

const DEFINITIONS: Readonly<Record<string, Schema>> = {
  result: object<ResultRecord>({ name: text, value }),
  artifact: object<ArtifactStatus>({
    name: text,
    uri: text,
    digest,
    maybe: { size: whole, buildOutput: flag },
  }),
  artifactRecord: object<ArtifactRecord>({
    ...{ name: text, uri: text, digest, step: text },
    maybe: { size: whole, buildOutput: flag },
  }),
  attempt: object<Attempt>({
    startedAt: time,
    finishedAt: time,
    exitCode: whole,
    maybe: { signal: text, reason: text },
  }),
  step: object<StepRecord>({
    protocol: whole,
    step: text,
    state: oneOf("waiting", "running", ...ENDINGS),
    attempt: whole,
    waitingSince: time,
    maybe: {
      label: text,
      task: text,
      by: oneOf("command", "entrypoint"),
      reason: text,
      message: text,
      cause: object<Cause>({ step: text, state: oneOf(...ENDINGS) }),
      exitCode: whole,
      signal: text,
      tolerated: flag,
      taskTolerated: flag,
      stop: flag,
      attempts: listOf(ref("attempt")),
      artifacts: object<StepArtifacts>({
        maybe: { inputs: listOf(ref("artifact")), outputs: listOf(ref("artifact")) },
      }),
      cache: object<CacheStatus>({ hit: flag, maybe: { key: text, from: text } }),
      startedAt: time,
      finishedAt: time,
    },
  }),
  task: object<TaskRecord>({
    name: text,
    state: oneOf(...ENDINGS),
    steps: listOf(text),
    results: listOf(ref("result")),
    maybe: { label: text, reason: text, startedAt: time, finishedAt: time },
  }),
  image: object<ImageRecord>({ image: text, platform: text, maybe: { repository: text, digest } }),
  source: object<SourceRecord>({
    name: text,
    digest,
    maybe: { uri: text, origin: object<NonNullable<SourceRecord["origin"]>>({ uri: text, digest }) },
  }),
  request: object<RunRequest>({
    target: text,
    params: { type: "object", additionalProperties: value },
    workspaces: { type: "object", additionalProperties: anything },
    sources: listOf(ref("source")),
  }),
  record: object<RunRecord>({
    apiVersion: { const: "baton.run/v1alpha1" },
    kind: { const: "RunRecord" },
    ...{ id: text, name: text, version: text, backend: text, message: text },
    source: object<RunRecord["source"]>({ kind: text, name: text, file: text }),
    images: listOf(ref("image")),
    state: oneOf("succeeded", "failed", "cancelled", "timedOut"),
    exitCode: whole,
    startedAt: time,
    finishedAt: time,
    tasks: listOf(ref("task")),
    steps: listOf(ref("step")),
    results: listOf(ref("result")),
    artifacts: listOf(ref("artifactRecord")),
    maybe: { request: ref("request"), entrypoint: digest },
  }),
};

type EventOf<Type> = Extract<RunEvent, { readonly type: Type }>;

const EVENTS: { readonly [Type in RunEvent["type"]]: Schema } = {
  runStarted: object<EventOf<"runStarted">>({
    ...{ type: { const: "runStarted" }, at: time },
    ...{ run: text, backend: text },
  }),
  notice: object<EventOf<"notice">>({ type: { const: "notice" }, at: time, message: text }),
  stepStarted: object<EventOf<"stepStarted">>({
    ...{ type: { const: "stepStarted" }, at: time },
    ...{ step: text, attempt: whole },
  }),
  log: object<EventOf<"log">>({
    ...{ type: { const: "log" }, at: time },
    ...{ step: text, stream: oneOf("stdout", "stderr"), line: text },
  }),
  stepFinished: object<EventOf<"stepFinished">>({
    ...{ type: { const: "stepFinished" }, at: time },
    ...{ step: text, status: ref("step") },
  }),
  taskFinished: object<EventOf<"taskFinished">>({
    ...{ type: { const: "taskFinished" }, at: time },
    task: ref("task"),
  }),
  runFinished: object<EventOf<"runFinished">>({
    ...{ type: { const: "runFinished" }, at: time },
    record: ref("record"),
  }),
};

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** Of what `baton run -o json` prints. */
export const recordSchema = (): Schema => ({
  $schema: DIALECT,
  title: "The record of a run",
  ...ref("record"),
  $defs: DEFINITIONS,
});

/** Of each line that `baton run -o events` prints. */
export const eventSchema = (): Schema => ({
  $schema: DIALECT,
  title: "An event of a run",
  oneOf: Object.values(EVENTS),
  $defs: DEFINITIONS,
});
