// A text that a run was read from: a file that was given, or what a reference led to.

import type { DigestSet } from "../../entrypoint/protocol/index.ts";

export interface SourceRecord {
  readonly name: string;
  /** Of what was fetched, without credentials. */
  readonly uri?: string;
  /** Of the text. */
  readonly digest: DigestSet;
  /** What it was taken out of, where something pins that: a git commit, a bundle. */
  readonly origin?: { readonly uri: string; readonly digest: DigestSet };
}
