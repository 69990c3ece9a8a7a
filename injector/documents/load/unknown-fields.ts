// Fields that no schema knows, all of them at once (the schema library reports only the first of an object), each
// with the field that was probably meant.

import type { GenericSchema } from "valibot";
import { listed, nearest } from "../../diagnostics/nearest.ts";
import { isRaw } from "../raw.ts";
import type { Path } from "./path.ts";
import { entriesOf, insideOf, isStrict, itemOf } from "./schema-walk.ts";

export interface UnknownField {
  /** Path of the field itself. */
  readonly path: Path;
  readonly field: string;
  readonly cure: string;
}

/** Walks `value` beside its schema. */
export function unknownFields(schema: GenericSchema, value: unknown, path: Path): UnknownField[] {
  if (Array.isArray(value)) {
    const item = itemOf(schema);
    return item === undefined
      ? []
      : value.flatMap((one, index) => unknownFields(item, one, [...path, index]));
  }
  if (!isRaw(value)) return [];
  const inside = insideOf(schema);
  if (inside !== undefined)
    return Object.entries(value).flatMap(([key, one]) => unknownFields(inside, one, [...path, key]));
  const entries = entriesOf(schema);
  if (entries === undefined) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const known = Object.hasOwn(entries, field) ? entries[field] : undefined;
    if (known !== undefined) return unknownFields(known, inner, [...path, field]);
    if (!isStrict(schema)) return [];
    return [{ path: [...path, field], field, cure: cureOf(field, Object.keys(entries)) }];
  });
}

/** Names the field had in other versions, or has in Kubernetes, or goes by elsewhere. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  resources: "computeResources",
  continueOnError: "onError",
  allowFailure: "onError",
  dependsOn: "runAfter",
  depends: "runAfter",
  needs: "runAfter",
  environment: "env",
  run: "script",
  if: "when",
  inputs: "params",
  outputs: "results",
  mounts: "volumeMounts",
  cwd: "workingDir",
  podTemplate: "taskRunTemplate",
  serviceAccountName: "taskRunTemplate",
  timeout: "timeouts",
};

export function cureOf(field: string, known: readonly string[]): string {
  if (field === "resources" && known.includes("workspaces") && !known.includes("computeResources"))
    return "remove it: Tekton has no PipelineResources any more; use params, workspaces and results";
  const other = OTHER_NAMES[field];
  const meant = other !== undefined && known.includes(other) ? other : nearest(field, known);
  return meant === undefined ? `remove it; known fields are ${listed(known)}` : `did you mean "${meant}"?`;
}
