// Params: as they are declared, and as values are given for them.

import { scan, soleReference } from "../../entrypoint/protocol/index.ts";
import { listed, suggestion } from "../diagnostics/nearest.ts";
import { isWholeReference, keysOf, SAID, typeOfParam, typeOfValue } from "../documents/param-types.ts";
import type { Param, ParamSpec, ParamType, ParamValue } from "../documents/spec.ts";
import { type Cursor, duplicates, type Faults, fault, within } from "./cursor.ts";
import { nameSyntax } from "./names.ts";

/** The cursor is at the list of declarations. */
export function* checkDeclared(cursor: Cursor, params: readonly ParamSpec[] = []): Faults {
  yield* duplicates(cursor, params, "param");
  for (const [index, spec] of params.entries()) {
    const here = within(cursor, index);
    const type = typeOfParam(spec);
    yield* nameSyntax(within(here, "name"), type === "object" ? "object param" : "param", spec.name);
    for (const key of keysOf(spec)) yield* nameSyntax(within(here, "properties", key), "object param", key);
    yield* checkChoices(within(here, "enum"), spec, type);
    if (spec.default !== undefined)
      yield* checkValue(within(here, "default"), spec, spec.default, { complete: false });
  }
}

/** The only texts that it may be, each once. */
function* checkChoices(cursor: Cursor, { name, enum: choices = [] }: ParamSpec, type: ParamType): Faults {
  if (choices.length > 0 && type !== "string")
    yield fault(cursor, "enum-type", `"enum" is for params of type string, not ${type}`, "remove it", "key");
  for (const [at, choice] of choices.entries())
    if (choices.indexOf(choice) !== at)
      yield fault(
        within(cursor, at),
        "duplicate-name",
        `"${choice}" stands twice in the enum of param "${name}"`,
        "remove one of them",
      );
}

export interface Given {
  /** Where the list of given params is; its owner is blamed for what is missing. */
  readonly list: Cursor;
  readonly owner: Cursor;
  readonly params: readonly Param[];
  /** How the thing that declares them is called: `Task "build"`. */
  readonly target: string;
  /** The params that the given values may speak of, where these are known. */
  readonly around?: Params;
  /** Names that reach the target from outside (propagation), beside the given ones. */
  readonly scope?: ReadonlySet<string>;
  /**
   * What a param is that nobody declares: an error, a warning (Tekton takes extra params of runs and tasks), or, for an
   * embedded spec, one that propagates.
   */
  readonly extra: "error" | "warning" | "welcome";
}

/** The given values against the declarations: unknown, missing, of another type, not in the enum. */
export function* checkGiven(declared: readonly ParamSpec[] = [], given: Given): Faults {
  const { list, owner, params, target, scope, around = new Map() } = given;
  const names = declared.map(({ name }) => name);
  yield* duplicates(list, params, "param");
  for (const [index, { name, value }] of params.entries()) {
    const spec = declared.find((one) => one.name === name);
    if (given.extra === "welcome" && spec === undefined)
      yield* nameSyntax(within(list, index, "name"), "param", name);
    if (spec !== undefined)
      yield* checkValue(within(list, index, "value"), spec, value, { complete: true, around });
    else if (given.extra !== "welcome")
      yield {
        ...fault(
          within(list, index, "name"),
          "unknown-param",
          `${target} has no param "${name}"`,
          suggestion(name, names, "remove it"),
        ),
        severity: given.extra,
      };
  }
  const missing = declared.filter(
    ({ name, default: fallback }) =>
      fallback === undefined && scope?.has(name) !== true && !params.some((one) => one.name === name),
  );
  for (const { name, description } of missing)
    yield fault(
      owner,
      "missing-param",
      `${target} needs a value for its param "${name}"${description === undefined ? "" : ` (${firstLine(description)})`}`,
      `add {name: ${name}, value: …} to params, or give the param a default`,
      "key",
    );
}

/** One value. `complete`: an object must then have all its keys (a default may leave some to the run). */
export function* checkValue(
  cursor: Cursor,
  spec: ParamSpec,
  value: ParamValue,
  { complete, around = new Map() }: { readonly complete: boolean; readonly around?: Params },
): Faults {
  const type = typeOfParam(spec);
  const given = typeGiven(value, around);
  if (given === undefined) return;
  if (given !== type) {
    const example = { string: "text", array: "[first, second]", object: "{key: text}" }[type];
    yield fault(
      cursor,
      "param-type",
      `param "${spec.name}" is ${SAID[type]}, not ${SAID[given]}`,
      `write it as ${example}`,
    );
    return;
  }
  if (typeof value === "string") yield* checkEnum(cursor, spec, value);
  if (typeof value === "object" && given === "object" && complete)
    yield* checkKeys(cursor, spec, Object.keys(value));
}

/** Of the value; of what a reference to a whole param stands for; undefined where nobody can tell yet. */
function typeGiven(value: ParamValue, around: Params): ParamType | undefined {
  const sole = typeof value === "string" && isWholeReference(value) ? soleReference(value) : undefined;
  if (sole === undefined) return typeOfValue(value);
  const [room, ...name] = sole.path;
  const spec = room === "params" ? around.get(name.join(".")) : undefined;
  if (spec === undefined) return undefined;
  return typeof sole.index === "number" ? "string" : typeOfParam(spec);
}

/**
 * What can be said of a param that is given and not declared, and so reaches what is embedded: its type, and the keys of
 * a map, which are those of the map of that name around it as well. Undefined where nobody can tell yet.
 */
export function specOfGiven({ name, value }: Param, around: Params = new Map()): ParamSpec | undefined {
  const type = typeGiven(value, around);
  if (type !== "object") return type && { name, type };
  if (typeof value !== "object") return undefined;
  const outer = around.get(name);
  if (around.has(name) && (outer === undefined || typeOfParam(outer) !== "object")) return { name, type };
  const keys = [...(outer === undefined ? [] : keysOf(outer)), ...Object.keys(value)];
  return { name, type, properties: Object.fromEntries(keys.map((key) => [key, {}])) };
}

type Params = ReadonlyMap<string, ParamSpec | undefined>;

function* checkEnum(cursor: Cursor, spec: ParamSpec, value: string): Faults {
  if (spec.enum === undefined || spec.enum.includes(value) || hasReference(value)) return;
  yield fault(
    cursor,
    "param-not-in-enum",
    `param "${spec.name}" cannot be "${value}"`,
    suggestion(value, spec.enum, "choose another value"),
  );
}

function* checkKeys(cursor: Cursor, spec: ParamSpec, keys: readonly string[]): Faults {
  const preset = typeof spec.default === "object" ? Object.keys(spec.default) : [];
  const missing = keysOf(spec).filter((key) => !keys.includes(key) && !preset.includes(key));
  if (missing.length > 0)
    yield fault(
      cursor,
      "missing-key",
      `param "${spec.name}" lacks ${listed(missing)}`,
      "add every key of the object",
    );
}

const hasReference = (text: string): boolean => scan(text).some((segment) => segment.kind === "reference");

const firstLine = (text: string): string => {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};
