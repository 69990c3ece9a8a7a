// From the words of the command line to a resolved run.

import { parseParamFlag, parseWorkspaceFlag } from "../given.ts";
import { type Loaded, load } from "../load.ts";
import { resolve } from "../resolve.ts";
import type { ResolvedRun } from "../resolved.ts";
import { readSources } from "./files.ts";
import type { InputOptions } from "./input.ts";

/** Throws UserError for files that cannot be read; what is wrong inside them is in `diagnostics`. */
export const readInput = (files: readonly string[], options: Pick<InputOptions, "path">): Loaded =>
  load(readSources(files, options.path));

/** `suffix` is what follows a `generateName`. Throws UserError. */
export function resolveInput(files: readonly string[], options: InputOptions, suffix?: string): ResolvedRun {
  const params = options.param.map(parseParamFlag);
  const workspaces = options.workspace.map(parseWorkspaceFlag);
  return resolve(readInput(files, options), {
    params,
    workspaces,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(suffix === undefined ? {} : { suffix }),
  });
}
