// The port of resolvers: where a reference with `resolver: …` gets its text from. One file each in resolvers/, by
// Tekton's names. They touch the world; everything before and after them is pure.

import type { ResolverParams } from "../documents/refs.ts";
import type { TektonKind } from "../documents/spec.ts";

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
