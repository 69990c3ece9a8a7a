// Fields of an object, each as the SDK has it; what the SDK has no field for goes to `raw`, so that nothing is lost.

import { isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";

/** How to write a field; nothing where it cannot be written so. */
export type Writer = (value: unknown) => unknown;
export type Writers = Readonly<Record<string, Writer>>;

export function translate(object: Raw, writers: Writers, raw: (value: unknown) => unknown): Raw {
  const written: Record<string, unknown> = {};
  const left: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    const field = Object.hasOwn(writers, name) ? writers[name]?.(value) : undefined;
    if (field === undefined) left[name] = raw(value);
    else written[name] = field;
  }
  const ordered = Object.keys(writers).map((name) => [name, written[name]]);
  return { ...Object.fromEntries(ordered), ...(Object.keys(left).length > 0 && { raw: left }) };
}

/** Tekton's list of named things as the SDK's record, where that loses nothing. */
export function recordOf(list: unknown): Readonly<Record<string, Raw>> | undefined {
  if (!Array.isArray(list)) return undefined;
  const names = list.map((one) => (isRaw(one) ? one["name"] : undefined));
  // A record would sort names that are numbers first.
  const usable = names.every((name) => typeof name === "string" && !/^(\d+|__proto__)$/.test(name));
  if (!usable || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(list.map(({ name, ...rest }) => [name, rest]));
}

export const mapRecord = <T>(
  record: Readonly<Record<string, Raw>> | undefined,
  make: (value: Raw, name: string) => T | undefined,
): Readonly<Record<string, T>> | undefined => {
  if (record === undefined) return undefined;
  const made = Object.entries(record).map(([name, value]) => [name, make(value, name)] as const);
  return made.some(([, value]) => value === undefined)
    ? undefined
    : (Object.fromEntries(made) as Record<string, T>);
};

export const only = (object: Raw, ...names: readonly string[]): boolean =>
  Object.keys(object).every((name) => names.includes(name));
