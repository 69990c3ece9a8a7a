// Everything that was loaded, by kind and name: what references are looked up in.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BrokenObject, Loaded, LoadedDocument } from "./load.ts";
import { refKey } from "./refs.ts";
import type { DataObject, ObjectRef, TektonKind, TektonObject } from "./spec.ts";

export type DocumentOf<Kind extends TektonKind> = LoadedDocument<
  Extract<TektonObject, { readonly kind: Kind }>
>;

export interface Library {
  /** Of several objects of one kind and name the first; `check` refuses the others. */
  find<Kind extends TektonKind>(kind: Kind, name: string): DocumentOf<Kind> | undefined;
  /** What a reference leads to; undefined where there is nothing, or nothing has been fetched for its resolver. */
  resolve<Kind extends TektonKind>(kind: Kind, ref: ObjectRef): DocumentOf<Kind> | undefined;
  broken(kind: TektonKind, name: string): BrokenObject | undefined;
  /** What is wrong with files of the library that are no YAML: what is missing may be in them. */
  readonly unreadable: readonly Diagnostic[];
  /** Whether some text, given or of the library, is no YAML, so that nothing can be called unknown. */
  readonly mayHoldMore: boolean;
  names(kind: TektonKind): readonly string[];
}

export function libraryOf(loaded: Loaded): Library {
  const documents = new Map<string, LoadedDocument>();
  for (const document of loaded.documents) {
    const key = keyOf(document.object.kind, nameOf(document.object));
    if (!documents.has(key)) documents.set(key, document);
  }
  const find = <Kind extends TektonKind>(kind: Kind, name: string) =>
    documents.get(keyOf(kind, name)) as DocumentOf<Kind> | undefined;
  return {
    find,
    resolve: <Kind extends TektonKind>(kind: Kind, ref: ObjectRef) => {
      if (ref.resolver === undefined) return ref.name === undefined ? undefined : find(kind, ref.name);
      return loaded.fetched?.get(refKey(ref))?.find((one) => isKind(one, kind)) as
        | DocumentOf<Kind>
        | undefined;
    },
    unreadable: loaded.broken.flatMap(({ kind, unsaid }) => (kind === "" ? unsaid : [])),
    mayHoldMore: loaded.broken.some(({ kind }) => kind === ""),
    broken: (kind, name) => loaded.broken.find((one) => one.kind === kind && one.name === name),
    names: (kind) => loaded.documents.flatMap(({ object }) => (object.kind === kind ? [nameOf(object)] : [])),
  };
}

/** An object's name; one that only has `generateName` is nothing that can be referred to. */
export const nameOf = (object: TektonObject | DataObject): string =>
  isData(object) ? object.name : (object.metadata.name ?? "");

export const isData = (object: TektonObject | DataObject): object is DataObject =>
  object.kind === "ConfigMap" || object.kind === "Secret" || object.kind === "ServiceAccount";

/** Narrows a document by its kind. */
export const isKind = <Kind extends TektonKind>(
  document: LoadedDocument,
  kind: Kind,
): document is DocumentOf<Kind> => document.object.kind === kind;

const keyOf = (kind: string, name: string): string => `${kind}/${name}`;
