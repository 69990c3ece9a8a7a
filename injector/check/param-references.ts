// `$(params.…)`: the param is there, and what is taken out of it is in it.

import type { Reference } from "../../entrypoint/protocol/index.ts";
import { keysOf, typeOfParam } from "../documents/param-types.ts";
import type { ParamSpec } from "../documents/spec.ts";
import type { Cursor, Faults } from "./cursor.ts";
import { known, wrongReference } from "./known.ts";

/** `parts` are the words after `params`; `params` what there is, undefined where nothing is known of the type. */
export function* checkParam(
  at: Cursor,
  reference: Reference,
  parts: readonly string[],
  params: ReadonlyMap<string, ParamSpec | undefined>,
): Faults {
  const whole = parts.join(".");
  if (params.has(whole)) {
    yield* checkUse(at, reference, params.get(whole), undefined);
    return;
  }
  const owner = parts.slice(0, -1).join(".");
  const spec = params.get(owner);
  if (owner !== "" && params.has(owner)) yield* checkUse(at, reference, spec, parts.at(-1));
  else yield* known(at, reference, whole, params.keys(), "there is no param");
}

/** `.key` is for objects, `[i]` for arrays, `[*]` for both; a whole one needs a place of its own. */
function* checkUse(
  at: Cursor,
  reference: Reference,
  spec: ParamSpec | undefined,
  key: string | undefined,
): Faults {
  if (spec === undefined) return;
  const type = typeOfParam(spec);
  const { index } = reference;
  const plain = `write $(params.${spec.name})`;
  const wrong = (problem: string, cure: string) =>
    wrongReference(at, reference, `param "${spec.name}" is of type ${type}${problem}`, cure);
  if (key !== undefined && type !== "object") yield wrong(" and has no keys", plain);
  else if (key !== undefined) yield* checkKey(at, reference, spec, key);
  else if (type === "string" && index !== undefined && !(index === "*" && isWholeValue(at, reference)))
    yield wrong("", plain);
  else if (type === "object" && typeof index === "number") yield wrong("", "name a key of it");
  else if (type !== "string" && typeof index !== "number" && !standsAlone(at, reference, type))
    yield wrong(" and cannot stand here", ALONE[type]);
}

function checkKey(at: Cursor, reference: Reference, spec: ParamSpec, key: string): Faults {
  const keys = keysOf(spec);
  return keys.length === 0 ? [] : known(at, reference, key, keys, `param "${spec.name}" has no key`);
}

const ALONE = {
  array: "make it a list item of its own, or take one item: $(params.<name>[0])",
  object: "take one value of it: $(params.<name>.<key>)",
} as const;

/** A whole list may be an item of a list, a whole list or map the value of a param, with nothing beside it. */
const standsAlone = (at: Cursor, reference: Reference, type: "array" | "object"): boolean =>
  isWholeValue(at, reference) ||
  (type === "array" && typeof at.path.at(-1) === "number" && at.text?.trim() === reference.raw);

/** The value of a param or result, or its default; a variable of the environment has a text for a value. */
const isWholeValue = (at: Cursor, { raw }: Reference): boolean =>
  at.text?.trim() === raw &&
  (at.path.at(-1) === "default" || (at.path.at(-1) === "value" && at.path.at(-3) !== "env"));
