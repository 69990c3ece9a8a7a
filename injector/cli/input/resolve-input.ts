// From the words of the command line to a resolved run.

import { type Loaded, load } from "../../documents/load.ts";
import { parseParamFlag, parseWorkspaceFlag } from "../../resolve/given.ts";
import { type ResolveOptions, resolve } from "../../resolve/resolve.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { readSources } from "./files.ts";
import type { InputOptions } from "./input.ts";
import type { LockOptions } from "./lock-options.ts";
import { withRemote } from "./references.ts";

/** The files, and what they refer to elsewhere. Throws UserError; what is wrong inside the files is in `diagnostics`. */
export const readInput = async (
  files: readonly string[],
  options: Pick<InputOptions, "path"> & LockOptions,
): Promise<Loaded> => withRemote(load(await readSources(files, options.path)), options);

/** Throws UserError. */
export async function resolveInput(
  files: readonly string[],
  options: InputOptions,
  more: Pick<ResolveOptions, "suffix" | "standIns"> = {},
): Promise<ResolvedRun> {
  const params = options.param.map(parseParamFlag);
  const workspaces = options.workspace.map(parseWorkspaceFlag);
  const choice = { params, ...(options.target === undefined ? {} : { target: options.target }) };
  const loaded = load(await readSources(files, options.path));
  return resolve(await withRemote(loaded, options, choice), {
    ...choice,
    workspaces,
    ...more,
  });
}
