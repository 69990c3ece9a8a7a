// Empty is absent: a field that Kubernetes' API leaves out where it is empty means nothing where it stands empty,
// as in what `kubectl get -o yaml` prints.

import type { GenericSchema } from "valibot";
import { isRaw } from "../raw.ts";
import { unwrapped } from "./schema-walk.ts";

/** `value` without its empty fields, by the schema; an item that is null is an empty one. */
export function withoutEmpty(schema: GenericSchema, value: unknown): unknown {
  const { item, entries, type } = unwrapped(schema);
  if (Array.isArray(value) && item !== undefined)
    return value.map((one) => withoutEmpty(item, one ?? (unwrapped(item).type === "string" ? "" : {})));
  if (!isRaw(value) || entries === undefined || !OBJECTS.has(type)) return value;
  const fields = Object.entries(value).flatMap(([field, inner]) => {
    const known = Object.hasOwn(entries, field) ? entries[field] : undefined;
    if (known === undefined) return [[field, inner] as const];
    const kept = withoutEmpty(known, inner);
    return known.type === "exact_optional" && isEmpty(known, kept) ? [] : [[field, kept] as const];
  });
  return Object.fromEntries(fields);
}

const OBJECTS: ReadonlySet<string> = new Set(["strict_object", "loose_object"]);

const ABSENT: ReadonlySet<string> = new Set(["string", "picklist", "array"]);

/** Values that may be text, list or map mean what they are, and so do structs: `emptyDir: {}`. */
function isEmpty(schema: GenericSchema, value: unknown): boolean {
  const { type, emptyIsAbsent = ABSENT.has(type) } = unwrapped(schema);
  if (!emptyIsAbsent) return false;
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}
