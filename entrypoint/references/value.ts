// What a file with a result stands for in a reference: its text, or a part of the JSON in it.

import { StepFault } from "../endings/fault.ts";
import type { Host } from "../host.ts";
import type { Reference } from "../protocol/index.ts";
import { parseJson } from "../text/json.ts";

/** How much of a result a reference may take in: an argument of a command cannot be longer on Linux. */
const LONGEST = 128 * 1024;

/**
 * The value for `[i]`, `[*]`, `.key` or none of them. Text is taken as it is, whatever it looks like: only an index
 * or a key makes it JSON.
 */
export function valueAt(
  host: Host,
  path: string,
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

function readResult(host: Host, path: string, { raw }: Reference): string {
  const size = host.stat(path)?.size ?? 0;
  if (size > LONGEST) throw invalid(raw, `the result has ${size} bytes, a command can take ${LONGEST}`);
  return host.read(path) ?? "";
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
  return JSON.stringify(value);
}
