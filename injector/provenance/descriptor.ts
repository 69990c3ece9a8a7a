// What a statement refers to things by.

import type { DigestSet } from "../../entrypoint/protocol/index.ts";

/** in-toto's ResourceDescriptor, as far as it is used here. */
export interface ResourceDescriptor {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: DigestSet;
  readonly annotations?: Readonly<Record<string, string>>;
}
