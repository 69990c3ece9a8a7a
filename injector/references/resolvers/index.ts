// The resolvers that work without a cluster. A new one is a file beside these and a line here.

import type { Resolver } from "../resolver.ts";
import { bundles } from "./bundles.ts";
import { git } from "./git.ts";
import { http } from "./http.ts";
import { hub } from "./hub.ts";

export const RESOLVERS: ReadonlyMap<string, Resolver> = new Map(
  [git, http, bundles, hub].map((one) => [one.name, one]),
);
