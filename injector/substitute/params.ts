// `$(params.…)`: values of params, and what a reference takes out of them. A value may itself be known only at run
// time (`$(tasks.build.results.images[*])`); an index or key then moves into that reference.

import { type Reference, soleReference } from "../../entrypoint/protocol/index.ts";
import type { Param, ParamSpec, ParamValue } from "../documents/spec.ts";
import { asDataUnless, nothingIsLive } from "./data.ts";
import { firstOf, formatReference, isList, type Lookup, substituteValue } from "./text.ts";

export type Values = ReadonlyMap<string, ParamValue>;

/**
 * Values by name: what is given (its own references answered by `outer`, those that are `isLive` left), else the default,
 * which may refer to other params of the same list, and to what `own` knows. Everything else in a value is data (data.ts).
 * The properties of an object come from the default where they are not given; a text, which has none, gives none.
 */
export function paramValues(
  declared: readonly ParamSpec[],
  given: readonly Param[],
  outer: Lookup = () => undefined,
  isLive = nothingIsLive,
  own: Lookup = () => undefined,
): Values {
  const specs = new Map(declared.map((spec) => [spec.name, spec]));
  const values = new Map<string, ParamValue>();
  for (const { name, value } of given) {
    const own = substituteValue(value, outer, asDataUnless(isLive));
    if (!isStray(value, own, specs.get(name)?.default)) values.set(name, own);
  }
  const settled = new Set<string>();
  const settle = (name: string): ParamValue | undefined => {
    const fallback = specs.get(name)?.default;
    if (fallback === undefined || settled.has(name)) return values.get(name);
    settled.add(name);
    const value = values.get(name);
    if (value !== undefined && !isObject(value)) return value;
    const preset = substituteValue(
      fallback,
      firstOf(paramLookup({ get: settle }), own),
      asDataUnless(nothingIsLive),
    );
    values.set(name, isObject(value) && isObject(preset) ? { ...preset, ...value } : (value ?? preset));
    return values.get(name);
  };
  for (const name of specs.keys()) settle(name);
  return values;
}

/** An object that is handed on from a param that is none has no keys to give: Tekton's default stays. */
function isStray(written: ParamValue, own: ParamValue, fallback: ParamValue | undefined): boolean {
  if (!isObject(fallback) || typeof written !== "string" || typeof own !== "string") return false;
  return soleReference(written)?.path[0] === "params" && soleReference(own)?.path[0] !== "tasks";
}

/** Answers `$(params.x)`, `$(params['x'])`, `[i]`, `[*]`, `.key` and the old `$(inputs.params.x)`. */
export const paramLookup =
  (values: Pick<Values, "get">): Lookup =>
  (reference) => {
    const path = paramPath(reference);
    if (path === undefined) return undefined;
    const whole = values.get(path.join("."));
    if (whole !== undefined) return part(whole, undefined, reference.index);
    const owner = values.get(path.slice(0, -1).join("."));
    return owner === undefined ? undefined : part(owner, path.at(-1), reference.index);
  };

/** The words after `params.`, or undefined where the reference is about something else. */
function paramPath(reference: Reference): readonly string[] | undefined {
  const [first, second] = reference.path;
  if (first === "params") return reference.path.slice(1);
  return first === "inputs" && second === "params" ? reference.path.slice(2) : undefined;
}

function part(
  value: ParamValue,
  key: string | undefined,
  index: number | "*" | undefined,
): ParamValue | undefined {
  if (typeof value === "string") return partOfText(value, key, index);
  if (isList(value)) return key === undefined ? partOfList(value, index) : undefined;
  if (key !== undefined) return Object.hasOwn(value, key) ? value[key] : undefined;
  return index === undefined || index === "*" ? value : undefined;
}

function partOfList(list: readonly string[], index: number | "*" | undefined): ParamValue | undefined {
  if (index === undefined || index === "*") return list;
  return splicesBefore(list, index).length > 0 ? undefined : list[index];
}

/** Items that are lists yet to come, and so decide which item is at an index: results are spliced first. */
export const splicesBefore = (list: readonly string[], index: number): readonly Reference[] =>
  list.slice(0, index + 1).flatMap((item) => {
    const sole = soleReference(item);
    return sole?.index === "*" ? [sole] : [];
  });

/** Of a plain text there are no parts, all of it is the text itself; of a whole result that is yet to come there are. */
function partOfText(text: string, key: string | undefined, index: number | "*" | undefined) {
  if (key === undefined && index === undefined) return text;
  const late = soleReference(text);
  if (late?.index !== "*") return key === undefined && index === "*" ? text : undefined;
  return formatReference(key === undefined ? late.path : [...late.path, key], index);
}

export const isObject = (value: ParamValue | undefined): value is Readonly<Record<string, string>> =>
  typeof value === "object" && !Array.isArray(value);
