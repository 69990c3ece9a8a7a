// What a Task asks for and gives back, as types: the compiler learns it from the declarations and holds callers to it.

import type { ParamSpec, ParamValue, ResultSpec, WorkspaceDeclaration } from "../documents/spec.ts";
import type {
  ArrayReference,
  ObjectReference,
  PathReference,
  Text,
  TextReference,
  Word,
} from "./reference.ts";

/** Tekton's list with the names as keys: `{ url: {}, revision: { default: "main" } }`. Without a default it is required. */
export type Params = Readonly<
  Record<string, Omit<ParamSpec, "name" | "default"> & { readonly default?: ParamValue | Scalar }>
>;
/** Counts as its text, as in YAML. */
type Scalar = number | bigint | boolean;
export type Workspaces = Readonly<Record<string, Omit<WorkspaceDeclaration, "name">>>;
export type Results = Readonly<Record<string, Omit<ResultSpec, "name" | "value">>>;
/** The signature of something that declares none. */
export type None = Readonly<Record<never, never>>;

/** As Tekton decides it: the declared type, else the default's, else object where properties are declared, else string. */
type KindOf<D> = D extends { readonly type: infer T }
  ? T
  : D extends { readonly default: infer V }
    ? V extends string | Scalar
      ? "string"
      : V extends readonly unknown[]
        ? "array"
        : "object"
    : D extends { readonly properties: object }
      ? "object"
      : "string";
type Keys<D, Field extends string> = D extends { readonly [F in Field]: infer P }
  ? P extends readonly unknown[] | string
    ? never
    : keyof P & string
  : never;

/** What a declared param or result is to those who read it. */
export type ReferenceTo<D> =
  KindOf<D> extends "array"
    ? ArrayReference
    : KindOf<D> extends "object"
      ? ObjectReference<Keys<D, "properties" | "default"> | Keys<D, "properties"> | Keys<D, "default">>
      : TextReference;
export type References<Declared> = { readonly [N in keyof Declared]: ReferenceTo<Declared[N]> };

/** The list of a matrix: every reference is an array, one value a combination. */
export type ArrayReferences<Declared> = { readonly [N in keyof Declared]: ArrayReference };

/** What may be given for a declared param. */
export type InputTo<D> =
  KindOf<D> extends "array"
    ? readonly Word[] | ArrayReference
    : KindOf<D> extends "object"
      ? ObjectInput<Keys<D, "properties">, Keys<D, "default">>
      : D extends { readonly enum: readonly (infer Allowed)[] }
        ? Allowed | TextReference
        : Text;
type ObjectInput<Key extends string, Defaulted extends string> =
  | ObjectReference<Exclude<Key, Defaulted>>
  | ({ readonly [K in Exclude<Key, Defaulted>]: Text } & { readonly [K in Defaulted]?: Text });

type Defaulted<P> = { [N in keyof P]: P[N] extends { readonly default: unknown } ? N : never }[keyof P];
type Optional<W> = { [N in keyof W]: W[N] extends { readonly optional: true } ? N : never }[keyof W];

export type ParamInputs<P> = Flat<
  { readonly [N in Exclude<keyof P, Defaulted<P>>]: InputTo<P[N]> } & {
    readonly [N in Defaulted<P>]?: InputTo<P[N]>;
  }
>;
export type WorkspaceInputs<W, Input> = Flat<
  { readonly [N in Exclude<keyof W, Optional<W>>]: Input } & { readonly [N in Optional<W>]?: Input }
>;

/** A field that may be left out when nothing in it is required. */
export type Field<Name extends string, Inputs> =
  Record<never, never> extends Inputs ? { readonly [N in Name]?: Inputs } : { readonly [N in Name]: Inputs };

/** One line in an editor's tooltip instead of an intersection. */
export type Flat<T> = { readonly [K in keyof T]: T[K] };

/** Where a step writes a result: `"$COMMIT"` with `env: { COMMIT: results.commit.path }`. */
export type ResultFiles<R> = { readonly [N in keyof R]: { readonly path: PathReference } };
