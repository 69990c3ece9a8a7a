// What type a declared param has, and whether a value is of it.

import type { ParamSpec, ParamType, ParamValue, ResultSpec } from "./spec.ts";

/** The declared type; else that of the default; else object where properties are declared; else string. */
export function typeOfParam(spec: ParamSpec): ParamType {
  if (spec.type !== undefined) return spec.type;
  if (spec.default !== undefined) return typeOfValue(spec.default);
  return spec.properties === undefined ? "string" : "object";
}

export function typeOfValue(value: ParamValue): ParamType {
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "array" : "object";
}

/** "a text", "a list of texts", "a map of texts". */
export const SAID: Readonly<Record<ParamType, string>> = {
  string: "a text",
  array: "a list of texts",
  object: "a map of texts",
};

/** A lone reference to a whole array, object or result may stand for a value of any type, with `[*]` or without. */
export const isWholeReference = (value: ParamValue): boolean =>
  typeof value === "string" && /^\$\([^()]*\[\*\]\)$|^\$\((tasks|params)[.[][^()]*\)$/.test(value);

/** The keys an object param must have: those of `properties`, or of the default. */
export const keysOf = (spec: ParamSpec): readonly string[] =>
  Object.keys(spec.properties ?? (typeOfParam(spec) === "object" ? (spec.default ?? {}) : {}));

/** As declared, else object where properties are, else string. */
export const typeOfResult = (spec: ResultSpec | undefined): ParamType =>
  spec?.type ?? (spec?.properties === undefined ? "string" : "object");
