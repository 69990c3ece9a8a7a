// --continue, --from and --only of `baton run`: the kept run that this one goes on from.

import { type Continued, continued } from "../../continue/continue.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import { withAbsoluteFolders } from "../../resolve/folders.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { earlierRun } from "../../runs/earlier.ts";
import { type KeptOptions, runsRoot } from "../input/kept-options.ts";
import type { Terminal } from "../terminal.ts";

export interface ContinueFlags extends KeptOptions {
  readonly on: string;
  readonly continue?: string;
  readonly from?: string;
  readonly only?: string;
}

/** Throws UserError where it would not be the same run. */
export function continuing(terminal: Terminal, run: ResolvedRun, flags: ContinueFlags): Continued {
  const { from, only, continue: wanted, on } = flags;
  if (from !== undefined && only !== undefined)
    throw mistake("bad-flag", "--from and --only say two things", "leave one of them out");
  if (on === "kubernetes")
    throw mistake("bad-flag", "no run in a cluster goes on from another", "leave --on kubernetes out");
  const earlier = earlierRun(runsRoot(terminal, flags), wanted ?? run.name);
  const found = continued(withAbsoluteFolders(run), earlier, defined({ from, only }), on);
  for (const note of found.notes) terminal.err.write(`note: ${note}\n`);
  return found;
}
