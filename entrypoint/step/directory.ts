// The working directory of a step that is in a volume which other Tasks fill: only at the step's turn is it theirs no
// more, and made where they have not made it.

import type { Outcome } from "../endings/outcome.ts";
import { type Host, HostError } from "../host.ts";
import type { Flags } from "../protocol/index.ts";

/** Why the command cannot start, where it can be neither made nor entered: a failure of the step like any other. */
export function enterDirectory(host: Host, { working_dir: directory }: Flags): Outcome | undefined {
  if (directory === undefined) return undefined;
  try {
    host.makeDirectory(directory);
    host.enter(directory);
    return undefined;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const problem = `the working directory ${directory} cannot be entered: ${error.message}`;
    return { kind: "notStarted", why: "noDirectory", problem };
  }
}
