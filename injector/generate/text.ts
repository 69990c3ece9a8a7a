// Texts with `$(…)` in them, as strings, expressions or template literals.

import { type Reference, referencesIn, scan, soleReference } from "../../entrypoint/protocol/index.ts";
import { Code, type Parts, Source, template } from "./code.ts";
import type { Kind, Scope } from "./scope.ts";
import { printScript } from "./script.ts";

/** A text where one string is wanted. */
export function text(value: string, scope: Scope): unknown {
  const parts = partsOf(value, scope, ["text", "path"]);
  const [first, second] = parts;
  if (second === undefined) return first ?? "";
  return parts.some((part) => part instanceof Code) ? template(parts) : value;
}

/** A text where a list or an object may stand as a whole: an item of a list, or a param's value. */
export function word(value: string, scope: Scope): unknown {
  const sole = soleReference(value);
  return (sole && scope.use(sole, ["array", "object"])) ?? text(value, scope);
}

/** A script; only paths become expressions in it, as `sh` wants it. */
export function scriptText(value: string, scope: Scope): unknown {
  if (!value.includes("\n")) return text(value, scope);
  const parts = partsOf(value, scope, ["path"]);
  return new Source((indent) => printScript(parts, indent));
}

/** Any value, with the texts in it. */
export function deep(value: unknown, scope: Scope): unknown {
  if (typeof value === "string") return text(value, scope);
  if (Array.isArray(value)) {
    return value.map((item) => (typeof item === "string" ? word(item, scope) : deep(item, scope)));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, deep(field, scope)]));
}

/** All references in the texts of a value. */
export function referencesDeep(value: unknown): readonly Reference[] {
  if (typeof value === "string") return referencesIn(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referencesDeep);
}

/** Literal texts beside each other are one part. */
function partsOf(value: string, scope: Scope, kinds: readonly Kind[]): Parts {
  const parts: (string | Code)[] = [];
  for (const segment of scan(value)) {
    const part = segment.kind === "literal" ? segment.text : (scope.use(segment, kinds) ?? segment.raw);
    const before = parts.at(-1);
    if (typeof part === "string" && typeof before === "string") parts.splice(-1, 1, before + part);
    else parts.push(part);
  }
  return parts;
}
