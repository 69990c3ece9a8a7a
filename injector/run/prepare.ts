// From texts to what is to be run: load, fetch what lies elsewhere, resolve. Whoever plans, compiles or runs begins here.

import { defined } from "../documents/defined.ts";
import type { SourceText } from "../documents/load.ts";
import { loadAll, type References } from "../references/load-all.ts";
import { type ResolveOptions, resolve } from "../resolve/resolve.ts";
import type { ResolvedRun } from "../resolve/resolved.ts";

/** Throws UserError with everything that is wrong, each with its place and its cure. */
export async function prepareRun(
  texts: readonly SourceText[],
  request: ResolveOptions = {},
  references: References = {},
): Promise<ResolvedRun> {
  const { params = [], target } = request;
  const choice = defined({ params, target });
  return resolve(await loadAll(texts, references, choice), request);
}
