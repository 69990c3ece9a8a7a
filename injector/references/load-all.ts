// Texts and what they refer to elsewhere, as documents. Nothing is fetched, and no code for it is loaded, where nothing is
// referred to.

import { isData } from "../documents/library.ts";
import { type Loaded, type LoadedDocument, load, type SourceText } from "../documents/load.ts";
import { refsOf } from "../documents/refs.ts";
import type { FetchOptions } from "./fetch.ts";
import type { Lock } from "./lock.ts";

/** How to follow references that have a resolver. */
export interface References extends Pick<FetchOptions, "locked" | "update" | "store" | "signal"> {
  /** Absent: nothing is pinned, and everything is fetched. */
  readonly pins?: Pins;
}

/** Where it is kept what references led to: a lock file. Asked only where there is a reference. */
export interface Pins {
  read(): Lock;
  /** Not called with `locked`. */
  write(lock: Lock): void;
}

/** Throws UserError for what could not be had; what is wrong inside the texts is in `diagnostics`. */
export async function loadAll(
  texts: readonly SourceText[],
  { pins, ...options }: References = {},
  run: NonNullable<FetchOptions["run"]> = {},
): Promise<Loaded> {
  const loaded = load(texts);
  if (!loaded.documents.some(hasRemote)) return loaded;
  const { fetchRefs } = await import("./fetch.ts");
  const lock = pins?.read() ?? new Map();
  const result = await fetchRefs(loaded, { ...options, lock, run });
  if (options.locked !== true) pins?.write(result.lock);
  return result.loaded;
}

const hasRemote = ({ object }: LoadedDocument): boolean =>
  !isData(object) && refsOf(object).some(({ ref }) => ref.resolver !== undefined);
