// The record of a run, read back from its JSON.

import * as v from "valibot";
import { mistake } from "../diagnostics/diagnostic.ts";
import { isRaw } from "../documents/raw.ts";
import type { RunRecord } from "../record/record.ts";

/** Throws UserError where `text` is no record of a run, or one of an older baton that lacks what is needed. */
export function parseRecord(text: string, file: string): RunRecord {
  const parsed = v.safeParse(schema, jsonOrNothing(text));
  if (parsed.success) return parsed.output as unknown as RunRecord;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue);
  throw mistake(
    "bad-record",
    `${file} is no record of a run: ${where === null ? "" : `${where}: `}${issue.message}`,
    "write it with `baton run … -o json`, and give it as it is",
  );
}

const digest = v.custom<Readonly<Record<string, string>>>(
  (value) => isRaw(value) && Object.values(value).every((hex) => typeof hex === "string"),
  "a digest is a map of texts",
);
const map = v.custom<Readonly<Record<string, unknown>>>(isRaw, "expected a map");
const texts = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, v.string()]));
const artifact = v.looseObject({ ...texts("name", "uri"), digest });
const result = v.looseObject({
  name: v.string(),
  value: v.union([v.string(), v.array(v.string()), digest]),
});

/** What provenance is made of; the rest is kept as it is. */
const schema = v.looseObject({
  apiVersion: v.literal("baton.run/v1alpha1"),
  kind: v.literal("RunRecord"),
  ...texts("id", "name", "version", "backend", "startedAt", "finishedAt"),
  state: v.picklist(["succeeded", "failed", "cancelled", "timedOut"]),
  source: v.looseObject(texts("kind", "name", "file")),
  request: v.optional(
    v.looseObject({
      target: v.string(),
      params: map,
      workspaces: map,
      sources: v.array(
        v.looseObject({
          name: v.string(),
          uri: v.optional(v.string()),
          digest,
          origin: v.optional(v.looseObject({ uri: v.string(), digest })),
        }),
      ),
    }),
  ),
  entrypoint: v.optional(digest),
  images: v.array(
    v.looseObject({
      ...texts("image", "platform"),
      repository: v.optional(v.string()),
      digest: v.optional(digest),
    }),
  ),
  tasks: v.array(v.looseObject({ results: v.array(result) })),
  steps: v.array(
    v.looseObject({ artifacts: v.optional(v.looseObject({ inputs: v.optional(v.array(artifact)) })) }),
  ),
  results: v.array(result),
  artifacts: v.array(v.looseObject({ ...artifact.entries, step: v.string() })),
});

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
