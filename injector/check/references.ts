// `$(…)` references: is there such a variable, may it stand here, and is there what it names? What cannot be one of ours
// stays the shell's.

import { type Reference, scan } from "../../entrypoint/protocol/index.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Accepts } from "../documents/variable-fields.ts";
import { formsLike, NAMESPACES, type Scope, type Variable, variablesOf } from "../documents/variables.ts";
import type { Cursor, Faults } from "./cursor.ts";
import { known, noVariable, wrongReference } from "./known.ts";
import type { Names } from "./known-names.ts";
import { malformed } from "./malformed.ts";
import { checkNames } from "./named-things.ts";
import { isShells, misplacedTurn, notKnownHere } from "./reference-places.ts";
import { textsIn } from "./texts.ts";

/** All texts of an object in which references mean something, each at its own place. The cursor is at the object. */
export function* checkReferences(
  cursor: Cursor,
  holder: object,
  accepts: Readonly<Record<string, Accepts>>,
  names: Names,
): Faults {
  for (const { at, text, accepted } of textsIn(cursor, holder, accepts)) {
    const scopes = accepted === "refused" ? accepted : inFinally(accepted, names);
    let from = 0;
    for (const segment of scan(text)) {
      if (segment.kind === "reference") yield* checkReference({ ...at, from }, segment, scopes, names);
      else yield* malformed({ ...at, from }, segment.text, hasNoShell(scopes));
      from += segment.kind === "reference" ? segment.raw.length : segment.text.length;
    }
  }
}

/** Texts of a Pipeline are handed on, and no shell reads them here: what is in `$()` can only have been meant for us. */
const hasNoShell = (scopes: readonly Scope[] | "refused"): boolean =>
  scopes[0] === "pipeline" || scopes[0] === "finally";

/** In `finally` the same fields know how the tasks ended. */
const inFinally = (scopes: readonly Scope[], { around }: Names): readonly Scope[] =>
  around === "finally" ? scopes.map((scope) => (scope === "pipeline" ? "finally" : scope)) : scopes;

function* checkReference(
  at: Cursor,
  reference: Reference,
  scopes: readonly Scope[] | "refused",
  names: Names,
): Faults {
  const [namespace = ""] = reference.path;
  if (!NAMESPACES.includes(namespace)) {
    yield* checkForeign(at, reference, names, hasNoShell(scopes));
    return;
  }
  if (scopes === "refused") {
    yield wrongReference(at, reference, "nothing is replaced here", "write the value");
    return;
  }
  const variables = variablesOf(reference.path);
  const here = variables.find((one) => mayStand(one, scopes, names));
  if (here !== undefined) yield* checkVariable(at, reference, here, { scopes, names });
  else if (variables.length === 0) yield* unknownForm(at, reference, scopes);
  else yield notKnownHere(at, reference, variables);
}

/** A Task that is written into a Pipeline may speak of the Pipeline's tasks. */
const mayStand = (variable: Variable, scopes: readonly Scope[], { around }: Names): boolean =>
  variable.in.some((scope) => scopes.includes(scope)) ||
  (around !== undefined && variable.path.startsWith("tasks.") && variable.in.includes(around));

interface Standing {
  readonly scopes: readonly Scope[];
  readonly names: Names;
}

function* checkVariable(
  at: Cursor,
  reference: Reference,
  variable: Variable,
  { scopes, names }: Standing,
): Faults {
  const misplaced = misplacedTurn(at, reference, variable);
  if (misplaced !== undefined) yield misplaced;
  else if (isKnownHere(variable, scopes, names)) yield* checkNames(at, reference, names);
}

/** What only the Task will know that a value is handed to has no names here. */
const isKnownHere = (variable: Variable, [first]: readonly Scope[], { around }: Names): boolean =>
  first === undefined ||
  variable.in.includes(first) ||
  (around !== undefined && variable.path.startsWith("tasks."));

/** Of ours by its first word, and no variable: the nearest one, or those that begin like it. */
function* unknownForm(at: Cursor, reference: Reference, scopes: readonly Scope[]): Faults {
  const written = reference.path.join(".");
  const forms = formsLike(reference.path, scopes);
  const near = nearest(written, forms);
  if (near === undefined && isShells(at, reference)) return;
  const alike = forms.filter((form) => form.startsWith(`${reference.path[0]}.`));
  yield* known(at, reference, written, near === undefined ? alike : forms, "there is no variable");
}

/** A slip in the first word: with the right one it would be a variable, or the name of something that is there. */
function* checkForeign(at: Cursor, reference: Reference, names: Names, isOurs: boolean): Faults {
  const [word = "", ...rest] = reference.path;
  const meant = LONG_NAMES[word.toLowerCase()] ?? nearest(word, NAMESPACES);
  if (meant === undefined && isOurs) yield noVariable(at, reference, word);
  if (meant === undefined) return;
  const path = [meant, ...rest];
  const variables = variablesOf(path);
  const isMeant = names.params.has(rest.join(".")) || variables.some((one) => !one.path.includes("<"));
  if (variables.length === 0 || (isShells(at, reference) && !isMeant)) return;
  yield wrongReference(
    at,
    reference,
    `there is no variable that begins with "${word}"`,
    `did you mean "$(${path.join(".")}${reference.index === undefined ? "" : `[${reference.index}]`})"?`,
  );
}

/** What they are called elsewhere. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  param: "params",
  parameter: "params",
  parameters: "params",
  ctx: "context",
};
