// The port of resolvers: where a reference with `resolver: …` gets its text from. One file each in resolvers/, by
// Tekton's names. They touch the world; everything before and after them is pure.

import type { TektonKind } from "./library.ts";
import type { ObjectRef } from "./spec.ts";

/** A resolver's params by name, as the reference has them. */
export type ResolverParams = Readonly<Record<string, string>>;

/** What makes a reference mean the same tomorrow: `{commit}` for git, `{digest}` for bundles, nothing for http. */
export type Pin = Readonly<Record<string, string>>;

export interface FetchedText {
  readonly text: string;
  /** How messages call it, in place of a file name. */
  readonly source: string;
  readonly pin: Pin;
}

export interface Resolver {
  readonly name: string;
  /** Params without which it cannot work, and those it knows besides. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** With `pin` it fetches exactly that. Throws ResolverError in words. */
  fetch(params: ResolverParams, wanted: Wanted): Promise<FetchedText>;
}

export interface Wanted {
  /** Of the object, where the params do not say it. */
  readonly kind: TektonKind;
  readonly pin?: Pin;
  readonly signal: AbortSignal;
}

/** What went wrong in the world, for a diagnostic at the place of the reference. */
export class ResolverError extends Error {
  readonly cure: string;
  constructor(message: string, cure: string) {
    super(message);
    this.name = "ResolverError";
    this.cure = cure;
  }
}

/** A reference's params; lists and maps are no use to any resolver and are left out. */
export const resolverParams = (ref: ObjectRef): ResolverParams =>
  Object.fromEntries(
    (ref.params ?? []).flatMap(({ name, value }) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );

/** The same for the same reference, whatever the order of its params. */
export const refKey = ({ resolver = "", ...ref }: ObjectRef): string =>
  JSON.stringify([resolver, Object.entries(resolverParams(ref)).sort(([a], [b]) => (a < b ? -1 : 1))]);
