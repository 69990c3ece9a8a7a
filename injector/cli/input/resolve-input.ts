// The words of the command line, as the library is asked.

import { defined } from "../../documents/defined.ts";
import { parseParamFlag, parseWorkspaceFlag } from "../../resolve/given.ts";
import type { ResolveOptions } from "../../resolve/resolve.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { prepareRun } from "../../run/prepare.ts";
import { readSources } from "./files.ts";
import type { InputOptions } from "./input.ts";
import { references } from "./references.ts";

/** Throws UserError. */
export async function resolveInput(
  files: readonly string[],
  options: InputOptions,
  more: Pick<ResolveOptions, "suffix" | "standIns"> = {},
): Promise<ResolvedRun> {
  const request = {
    params: options.param.map(parseParamFlag),
    workspaces: options.workspace.map(parseWorkspaceFlag),
    ...defined({ target: options.target }),
    ...more,
  };
  return prepareRun(await readSources(files, options.path), request, references(options));
}
