// What a file with a result stands for in a reference: its text, or a part of the JSON in it.

import { StepFault } from "../endings/fault.ts";
import { type FileInfo, type Host, HostError } from "../host.ts";
import { type Beneath, LIMITS, type Reference } from "../protocol/index.ts";
import { formatJson, parseJson } from "../text/json.ts";

/**
 * The value for `[i]`, `[*]`, `.key` or none of them. Text is taken as it is, whatever it looks like: only an index
 * or a key makes it JSON.
 */
export function valueAt(
  host: Host,
  path: Beneath,
  reference: Reference,
  key: string | undefined,
): string | readonly string[] {
  const text = readResult(host, path, reference);
  const { raw, index } = reference;
  if (key === undefined && index === undefined) return text;
  const value = parseJson(text);
  if (value === undefined) throw invalid(raw, "the result is not JSON");
  if (key !== undefined) return textOf(field(value, key, raw), raw);
  if (!Array.isArray(value)) throw invalid(raw, "the result is not a JSON array");
  if (index === "*") return value.map((item) => textOf(item, raw));
  if (index === undefined || index >= value.length)
    throw invalid(raw, `the result has ${value.length} items, counted from 0`);
  return textOf(value[index], raw);
}

export const invalid = (raw: string, why: string): StepFault =>
  new StepFault("InvalidReference", `${raw}: ${why}`);

/** What is at a place that a step can shape; a link there is the reference's fault, named. */
export const infoAt = (host: Host, path: Beneath, { raw }: Reference): FileInfo | undefined =>
  reading(raw, () => host.stat(path));

/** The text there, of at most `limit` bytes; undefined where nothing is. */
export const textAt = (host: Host, path: Beneath, limit: number, { raw }: Reference): string | undefined =>
  reading(raw, () => host.read(path, limit));

function readResult(host: Host, path: Beneath, reference: Reference): string {
  const { value } = LIMITS;
  const size = infoAt(host, path, reference)?.size ?? 0;
  if (size > value) throw invalid(reference.raw, `the result has ${size} bytes, a command can take ${value}`);
  return textAt(host, path, value, reference) ?? "";
}

function reading<T>(raw: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof HostError) throw invalid(raw, error.message);
    throw error;
  }
}

function field(value: unknown, key: string, raw: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(raw, "the result is not a JSON object");
  if (!Object.hasOwn(value, key)) throw invalid(raw, `the result has no key "${key}"`);
  return (value as Record<string, unknown>)[key];
}

function textOf(value: unknown, raw: string): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) throw invalid(raw, "the value is null");
  const json = formatJson(value);
  if (json === undefined) throw invalid(raw, "the value is nested too deeply");
  return json;
}
