// Empty is absent: a field that Kubernetes' API leaves out where it is empty means nothing where it stands empty,
// as in what `kubectl get -o yaml` prints.

import type { GenericSchema } from "valibot";
import { isRaw } from "../raw.ts";
import { unwrapped } from "./schema-walk.ts";

/** `value` without its empty fields, by the schema; an item that is null is an empty one. */
export function withoutEmpty(schema: GenericSchema, value: unknown): unknown {
  const { item, entries, type, value: inside } = unwrapped(schema);
  if (Array.isArray(value) && item !== undefined)
    return value.map((one) => withoutEmpty(item, one ?? (unwrapped(item).type === "string" ? "" : {})));
  if (isRaw(value) && inside !== undefined)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutEmpty(inside, one)]));
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

/** Values that may be text, list or map mean what they are, and so do structs: `emptyDir: {}`. */
function isEmpty(schema: GenericSchema, value: unknown): boolean {
  const { type, emptyIsAbsent = type !== "record" } = unwrapped(schema);
  if (!emptyIsAbsent) return false;
  if (type === "string" || type === "picklist") return value === "";
  if (type === "array") return Array.isArray(value) && value.length === 0;
  return type === "record" && isRaw(value) && Object.keys(value).length === 0;
}
