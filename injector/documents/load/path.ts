// A document as the rest of the house knows it: data, and places in it by path.

import type { Place } from "../../diagnostics/diagnostic.ts";

/** From the root of a document to a node: `["spec", "steps", 0, "image"]`. */
export type Path = readonly (string | number)[];

/** What is meant at a path: the value, its key, or a piece of the value's text, with so many like it in front. */
export type Part = "key" | "value" | { readonly text: string; readonly before?: number };

/** One YAML document: its data without nulls (absent and null mean the same), and the place of every node. */
export interface YamlDocument {
  readonly file: string;
  readonly data: unknown;
  /** Fields that are null, and what they stand in: nothing else of the data. */
  readonly blanks: unknown;
  /** Of what stands at `path`; of the deepest node that exists where `path` does not. */
  place(path: Path, of?: Part): Place;
  /** The scalar at `path` as it was written, quotes excluded. */
  written(path: Path): string | undefined;
}

/** What of the document's nulls stands below `path`. */
export const blanksAt = ({ blanks }: YamlDocument, path: Path): unknown =>
  path.reduce(
    (inside: unknown, key) => (inside as Readonly<Record<string | number, unknown>> | undefined)?.[key],
    blanks,
  );
