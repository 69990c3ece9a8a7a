// The words of the command line, as the library is asked.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import { parseParamFlag, parseWorkspaceFlag } from "../../resolve/given.ts";
import type { ResolveOptions } from "../../resolve/resolve.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { prepareRun } from "../../run/prepare.ts";
import { wantsColour } from "../screen/colour.ts";
import type { Terminal } from "../terminal.ts";
import { readSources } from "./files.ts";
import { filesOrFound } from "./found.ts";
import type { InputOptions } from "./input.ts";
import { references } from "./references.ts";

/** Throws UserError. */
export async function resolveInput(
  terminal: Terminal,
  files: readonly string[],
  options: InputOptions,
  more: Pick<ResolveOptions, "suffix" | "standIns"> = {},
): Promise<ResolvedRun> {
  const request = { ...requestOf(options), ...more };
  const run = await prepareRun(
    await readSources(terminal, filesOrFound(terminal, files), options.path),
    request,
    references(terminal, options),
  );
  await warn(terminal, run.warnings ?? []);
  return run;
}

/** What the flags ask for. Throws UserError. */
export const requestOf = (options: InputOptions): ResolveOptions => ({
  params: options.param.map(parseParamFlag),
  workspaces: options.workspace.map(parseWorkspaceFlag),
  ...defined({ target: options.target }),
});

/** What stops no run is told before it begins. */
async function warn(terminal: Terminal, warnings: readonly Diagnostic[]): Promise<void> {
  if (warnings.length === 0) return;
  const { diagnosticsText } = await import("../../diagnostics/text.ts");
  terminal.err.write(`${diagnosticsText(warnings, { colour: wantsColour(terminal, terminal.err) })}\n`);
}
