// Fields written in another letter case than theirs. Tekton reads them all the same (Go's decoder does), so they count,
// with a warning: other readers of the same file, `kubectl explain` and editors among them, know them only as they are.

import type { GenericSchema } from "valibot";
import { isRaw } from "../raw.ts";
import { kubernetesFields } from "./kubernetes.ts";
import type { Path } from "./path.ts";
import { unwrapped } from "./schema-walk.ts";

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
  const node = unwrapped(schema);
  const { item, entries = {}, kubernetes } = node;
  if (Array.isArray(value))
    return item === undefined ? asItIs(value) : inList(value, path, (one, at) => withOwnCase(item, one, at));
  const types = kubernetes === undefined ? NO_TYPES : kubernetesFields(kubernetes);
  const names = once(node, () => [...Object.keys(entries), ...types.keys()]);
  return inObject(value, path, names, (field, inner, at) => {
    const known = Object.hasOwn(entries, field) ? entries[field] : undefined;
    return known === undefined ? ofType(types.get(field), inner, at) : withOwnCase(known, inner, at);
  });
}

/** The same by a type of Kubernetes' table. */
function ofType(type: string | undefined, value: unknown, path: Path): Recased {
  if (type === undefined) return asItIs(value);
  const inner = (one: unknown, at: Path) => ofType(type.slice(2), one, at);
  if (type.startsWith("[]")) return Array.isArray(value) ? inList(value, path, inner) : asItIs(value);
  if (type.startsWith("{}")) return inObject(value, path, NO_TYPES, (_key, one, at) => inner(one, at));
  const types = kubernetesFields(type);
  const names = once(types, () => [...types.keys()]);
  return inObject(value, path, names, (field, one, at) => ofType(types.get(field), one, at));
}

const NO_TYPES: ReadonlyMap<string, string> = new Map();

/** Fields by their names in small letters, which are the same for all objects of one kind. */
const known = new WeakMap<object, ReadonlyMap<string, string>>();

function once(kind: object, fields: () => readonly string[]): ReadonlyMap<string, string> {
  const before = known.get(kind);
  if (before !== undefined) return before;
  const names = new Map(fields().map((name) => [name.toLowerCase(), name]));
  known.set(kind, names);
  return names;
}

const asItIs = (value: unknown): Recased => ({ value, found: [] });

function inList(list: readonly unknown[], path: Path, inside: (item: unknown, at: Path) => Recased): Recased {
  const parts = list.map((one, index) => inside(one, [...path, index]));
  return { value: parts.map((part) => part.value), found: parts.flatMap(({ found }) => found) };
}

function inObject(
  value: unknown,
  path: Path,
  names: ReadonlyMap<string, string>,
  inside: (field: string, inner: unknown, at: Path) => Recased,
): Recased {
  if (!isRaw(value)) return asItIs(value);
  const parts = Object.entries(value).map(([written, inner]) => {
    const own = names.get(written.toLowerCase());
    const field = own === undefined || Object.hasOwn(value, own) ? written : own;
    const at = [...path, written];
    const part = inside(field, inner, at);
    const here = field === written ? [] : [{ path: at, written, field }];
    return { pair: [field, part.value] as const, found: [...here, ...part.found] };
  });
  return {
    value: Object.fromEntries(parts.map(({ pair }) => pair)),
    found: parts.flatMap(({ found }) => found),
  };
}
