// The working directory of a step that is in a volume which other Tasks fill: only at the step's turn is it theirs no
// more, and made where they have not made it.

import { StepFault } from "../endings/fault.ts";
import { type Host, HostError } from "../host.ts";
import type { Flags } from "../protocol/index.ts";

/** Throws StepFault where it can be neither made nor entered. */
export function enterDirectory(host: Host, { working_dir: directory }: Flags): void {
  if (directory === undefined) return;
  try {
    host.makeDirectory(directory);
    host.enter(directory);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const message = `the working directory ${directory} cannot be entered: ${error.message}`;
    throw new StepFault("CannotPrepare", message);
  }
}
