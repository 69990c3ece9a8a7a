// Folders of the user's, as this process sees them: a step has another working directory.

import { resolve } from "node:path";
import type { ResolvedRun } from "./resolved.ts";

/** The run with every bound folder named from the root. */
export const withAbsoluteFolders = (run: ResolvedRun): ResolvedRun => ({
  ...run,
  workspaces: Object.fromEntries(
    Object.entries(run.workspaces).map(([name, binding]) => [
      name,
      binding.folder === undefined ? binding : { ...binding, folder: resolve(binding.folder) },
    ]),
  ),
});
