// Fields written in another letter case than theirs. Tekton reads them all the same (Go's decoder does), so they count,
// with a warning: other readers of the same file, `kubectl explain` and editors among them, know them only as they are.

import type { GenericSchema } from "valibot";
import type { Path } from "./path.ts";
import { entriesOf, itemOf } from "./schema-walk.ts";

export interface Recased {
  readonly value: unknown;
  readonly found: readonly FieldCase[];
}

export interface FieldCase {
  /** Path of the field as it is written. */
  readonly path: Path;
  readonly written: string;
  readonly field: string;
}

/** The same value with its fields' own names; one that is there under its own name as well stays a stranger. */
export function withOwnCase(schema: GenericSchema, value: unknown, path: Path): Recased {
  if (Array.isArray(value)) {
    const item = itemOf(schema);
    if (item === undefined) return { value, found: [] };
    const parts = value.map((one, index) => withOwnCase(item, one, [...path, index]));
    return { value: parts.map((part) => part.value), found: parts.flatMap(({ found }) => found) };
  }
  const entries = entriesOf(schema);
  if (entries === undefined || typeof value !== "object" || value === null) return { value, found: [] };
  const names = new Map(Object.keys(entries).map((name) => [name.toLowerCase(), name]));
  const parts = Object.entries(value).map(([written, inner]) => {
    const own = names.get(written.toLowerCase());
    const field = own === undefined || Object.hasOwn(value, own) ? written : own;
    const at = [...path, written];
    const known = Object.hasOwn(entries, field) ? entries[field] : undefined;
    const part = known === undefined ? { value: inner, found: [] } : withOwnCase(known, inner, at);
    const here = field === written ? [] : [{ path: at, written, field }];
    return { pair: [field, part.value] as const, found: [...here, ...part.found] };
  });
  return {
    value: Object.fromEntries(parts.map(({ pair }) => pair)),
    found: parts.flatMap(({ found }) => found),
  };
}
