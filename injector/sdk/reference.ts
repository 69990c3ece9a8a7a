// A `$(…)` reference as a value: written by naming the thing, not by spelling its text. It prints as Tekton's text wherever it ends up.

import { UserError } from "../diagnostics/diagnostic.ts";

/** Shared by every copy of the SDK in one process, so that definitions of two packages work together. */
export const REFERENCE: unique symbol = Symbol.for("baton.run/reference") as never;

export interface Reference<Kind extends "text" | "path" | "array" | "object"> {
  readonly [REFERENCE]: Kind;
  /** The reference's text; throws a UserError for arrays and objects, which Tekton replaces only as whole items. */
  toString(): string;
  toJSON(): string;
}

/** A string that is known only when the run starts, or later. */
export type TextReference = Reference<"text">;
/** A file or directory in the step's container: safe to paste into a script. */
export type PathReference = Reference<"path">;
/** A list of strings; as an item of `args` it becomes as many words as it has. */
export interface ArrayReference extends Reference<"array"> {
  /** The string at `index`, from 0: `$(params.flags[0])`. */
  at(index: number): TextReference;
}
/** Strings by key: `params.image.digest`. */
export type ObjectReference<Key extends string> = Reference<"object"> & {
  readonly [K in Key]: TextReference;
};

/** What stands where one string is wanted; plain strings may hold `$(…)` of their own. */
export type Text = string | TextReference | PathReference;
/** What stands where words are wanted, such as in `args`. */
export type Word = Text | ArrayReference;

/** `$(params.url)`; an expression is what stands between the parentheses. */
export const textReference = (expression: string): TextReference => reference("text", `$(${expression})`);

export const pathReference = (expression: string): PathReference => reference("path", `$(${expression})`);

export function arrayReference(expression: string): ArrayReference {
  const at = (index: number) => textReference(`${expression}[${index}]`);
  return Object.assign(reference("array", `$(${expression}[*])`), { at });
}

export function objectReference<Key extends string>(
  expression: string,
  keys: readonly Key[],
): ObjectReference<Key> {
  const members = keys.map((key) => [key, textReference(`${expression}.${key}`)]);
  return Object.assign(reference("object", `$(${expression}[*])`), Object.fromEntries(members));
}

/** `prefix.name`, or `prefix['name']` where a dot in the name would be misread. */
export const member = (prefix: string, name: string): string =>
  name.includes(".") ? `${prefix}['${name}']` : `${prefix}.${name}`;

export const isReference = (value: unknown): value is Reference<"text" | "path" | "array" | "object"> =>
  typeof value === "object" && value !== null && REFERENCE in value;

function reference<Kind extends "text" | "path" | "array" | "object">(
  kind: Kind,
  text: string,
): Reference<Kind> {
  const inText = () => {
    if (kind === "text" || kind === "path") return text;
    throw wholeItemOnly(kind, text);
  };
  return { [REFERENCE]: kind, toString: inText, toJSON: () => text };
}

const wholeItemOnly = (kind: string, text: string): UserError =>
  new UserError([
    {
      code: "reference-in-text",
      message: `${text} is an ${kind}, and cannot be part of a text`,
      severity: "error",
      cure:
        kind === "array" ? "give it as an item of its own, or take one string with .at(0)" : "name one key",
    },
  ]);
