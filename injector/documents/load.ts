// Load: YAML text → Tekton's objects, each value of which can still be found in its file. Pure: reading files is the
// caller's. Whatever is wrong with the shapes of all files is said at once; meanings are `check`'s.

import { createHash } from "node:crypto";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { itemsOf, type LoadedDocument, readObject } from "./load/object.ts";
import { readYaml } from "./load/yaml.ts";
import type { SourceRecord } from "./source.ts";

export type { LoadedDocument } from "./load/object.ts";
export type { Part, Path } from "./load/path.ts";

export interface SourceText {
  /** As it is to be named in messages. */
  readonly path: string;
  readonly text: string;
  /** Only looked into for what others refer to (`--path`): nothing of it is run, and its mistakes count only when used. */
  readonly library?: boolean;
}

export interface Loaded {
  readonly documents: readonly LoadedDocument[];
  readonly diagnostics: readonly Diagnostic[];
  /** Objects that are there but did not pass their schema: a reference to one is not called unknown. */
  readonly broken: readonly BrokenObject[];
  /** Every text that was read, by its digest. */
  readonly sources: readonly LoadedSource[];
  /** What references with a resolver led to, by `refKey`: put in by `fetchRefs`. */
  readonly fetched?: ReadonlyMap<string, readonly LoadedDocument[]>;
}

export interface LoadedSource extends SourceRecord {
  readonly library?: true;
}

export interface BrokenObject {
  /** Both empty where the text is no YAML, and it might be anything. */
  readonly kind: string;
  readonly name: string;
  /** Of a library: what is wrong, to be said where it is used. Otherwise empty: it has been said. */
  readonly unsaid: readonly Diagnostic[];
}

/** Reads every document of every file. Never throws: what is wrong is in `diagnostics`. */
export function load(files: readonly SourceText[]): Loaded {
  const loaded = files.map(loadFile);
  return {
    documents: loaded.flatMap((one) => one.documents),
    diagnostics: loaded.flatMap((one) => one.diagnostics),
    broken: loaded.flatMap((one) => one.broken),
    sources: loaded.flatMap((one) => one.sources),
  };
}

function loadFile({ path, text, library = false }: SourceText): Loaded {
  const file = readYaml(path, text);
  const read = file.documents.flatMap((yaml) => itemsOf(yaml, library)).map(readObject);
  const digest = { sha256: createHash("sha256").update(text).digest("hex") };
  const found = read.flatMap(({ diagnostics }) => diagnostics);
  return {
    documents: read.flatMap(({ document }) => document ?? []),
    diagnostics: library ? [] : [...file.diagnostics, ...found],
    broken: [
      ...file.diagnostics.map((one) => ({ kind: "", name: "", unsaid: library ? [one] : [] })),
      ...read
        .filter((one) => one.diagnostics.some(({ severity }) => severity === "error"))
        .map((one) => ({ ...one.identity, unsaid: library ? one.diagnostics : [] })),
    ],
    sources: [{ name: path, digest, ...(library ? { library } : {}) }],
  };
}
