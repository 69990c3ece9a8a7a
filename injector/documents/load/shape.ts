// Holds data against a schema and says in words, at its place, everything that does not fit.

import { type BaseIssue, type GenericSchema, safeParse } from "valibot";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import { defined } from "../defined.ts";
import { withoutEmpty } from "./empty.ts";
import { kubernetesFaults, type WrongType } from "./kubernetes.ts";
import { blanksAt, type Path, type YamlDocument } from "./path.ts";
import { unknownFields } from "./unknown-fields.ts";
import { usable } from "./usable.ts";

export type Shaped<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** What can be looked at all the same. */
      readonly rest?: T;
    };

/**
 * `value` is what stands at `path` of the document, perhaps converted from an older version, and so are `blanks`: the
 * fields that are null, which mean nothing but have to be known.
 */
export function shape<T>(
  schema: GenericSchema<unknown, T>,
  value: unknown,
  document: YamlDocument,
  path: Path,
  blanks: unknown = blanksAt(document, path),
): Shaped<T> {
  const present = withoutEmpty(schema, value);
  const kubernetes = kubernetesFaults(schema, present, path);
  const strangers = [present, blanks].flatMap((one) => unknownFields(schema, one, path));
  strangers.push(...kubernetes.unknown, ...kubernetesFaults(schema, blanks, path).unknown);
  const unknown = strangers.map(
    (one): Diagnostic => ({
      code: "unknown-field",
      severity: "error",
      message: `${subject(path, one.path.slice(0, -1))} has no field "${one.field}"`,
      place: document.place(one.path, "key"),
      cure: one.cure,
    }),
  );
  const parsed = safeParse(schema, present);
  const wrong = [
    ...(parsed.issues ?? []).filter(isNotUnknown).map((issue) => explain(issue, document, path)),
    ...kubernetes.wrong.map((one) => wrongType(one, document)),
  ];
  const diagnostics = [...unknown, ...wrong];
  if (parsed.success && diagnostics.length === 0) return { ok: true, value: parsed.output };
  const rest = usable(schema, present, [
    ...strangers.map((one) => ({ path: one.path.slice(path.length), ...meantBy(one.cure) })),
    ...(parsed.issues ?? []).filter(isNotUnknown).map((issue) => ({ path: pathOf(issue) })),
    ...kubernetes.wrong.map((one) => ({ path: one.path.slice(path.length) })),
  ]);
  return { ok: false, diagnostics, ...(rest !== undefined && { rest }) };
}

function meantBy(cure: string): { readonly meant?: string } {
  const meant = /^did you mean "(\w+)"/.exec(cure)?.[1];
  return meant === undefined ? {} : { meant };
}

const pathOf = (issue: BaseIssue<unknown>): Path =>
  (issue.path ?? []).map((item) => item.key as string | number);

/** How a path reads: `spec.steps[0].image`. */
export const dotted = (path: Path): string =>
  path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");

const isNotUnknown = (issue: BaseIssue<unknown>): boolean =>
  !(issue.type === "strict_object" && issue.expected === "never");

function explain(issue: BaseIssue<unknown>, document: YamlDocument, base: Path): Diagnostic {
  const path = [...base, ...pathOf(issue)];
  const missing = issue.input === undefined && issue.received === "undefined";
  if (missing) {
    const owner = path.slice(0, -1);
    return {
      code: "missing-field",
      severity: "error",
      message: `${subject(base, owner)} needs a field "${path.at(-1)}"`,
      place: document.place(owner, owner.length > 0 ? "key" : "value"),
      cure: `add "${path.at(-1)}: …"`,
    };
  }
  if (issue.type === "picklist") return badChoice(issue, path, document.place(path));
  return wrongType({ path, expected: expected(issue), input: issue.input }, document);
}

function wrongType({ path, expected, input }: WrongType, document: YamlDocument): Diagnostic {
  return {
    code: "wrong-type",
    severity: "error",
    message: `${dotted(path)} must be ${expected}, not ${received(input)}`,
    place: document.place(path),
    cure: cureOfType(expected, input, document.written(path)),
  };
}

function cureOfType(expected: string, input: unknown, written: string | undefined): string {
  if (expected === "a text" && isScalar(input)) return `quote it: "${written ?? input}"`;
  const isUnquoted =
    expected === "a whole number" ? /^-?\d+$/ : expected === "true or false" ? /^(?:true|false)$/ : /^$/;
  return typeof input === "string" && isUnquoted.test(input) && input !== ""
    ? `write it without quotes: ${input}`
    : "correct it";
}

function badChoice(issue: BaseIssue<unknown>, path: Path, place: Diagnostic["place"]): Diagnostic {
  const choices = [...(issue.expected ?? "").matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
  return {
    code: "wrong-value",
    severity: "error",
    message: `${dotted(path)} cannot be ${JSON.stringify(issue.input)}`,
    ...defined({ place }),
    cure: suggestion(String(issue.input), choices, "choose another value"),
  };
}

const isScalar = (value: unknown): boolean => /^(?:number|bigint|boolean)$/.test(typeof value);

const EXPECTED: Readonly<Record<string, string>> = {
  string: "a text",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
  Array: "a list",
  Object: "a map",
};

function expected(issue: BaseIssue<unknown>): string {
  if (issue.type === "union") return issue.message;
  if (issue.type === "integer") return "a whole number";
  if (issue.type === "min_value") return "0 or more";
  return EXPECTED[issue.expected ?? ""] ?? issue.expected ?? "something else";
}

function received(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a map";
  if (typeof input === "string")
    return `the text ${JSON.stringify(input.length > 40 ? `${input.slice(0, 40)}…` : input)}`;
  return typeof input === "number" || typeof input === "bigint" ? `the number ${input}` : `${input}`;
}

/** What a message calls the owner of a field. */
const subject = (base: Path, path: Path): string =>
  path.length === 0
    ? "the document"
    : path.length === base.length && path.at(-1) !== "spec"
      ? "it"
      : dotted(path);
