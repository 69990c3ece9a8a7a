// The two breakpoints: before the command runs, and after it failed. Whoever is inside the container releases them,
// with `entrypoint debug …` or by writing the file. Signals, the cancel file and the run's limit end the wait.

import { type Cancel, type Host, HostError } from "../host.ts";
import { beforeStepExitFile, beneath, breakpointExitFile, errorFile, LIMITS } from "../protocol/index.ts";

/** Resolves with whether the step is to go on. */
export function waitBeforeStep(host: Host, post: string, cancel: Cancel): Promise<"continue" | "fail"> {
  const file = beforeStepExitFile(post);
  host.log(`breakpoint before the step: release it with "entrypoint debug beforestep-continue"`);
  const look = () => {
    if (host.stat(file) !== undefined) return "continue";
    return host.stat(errorFile(file)) === undefined ? undefined : "fail";
  };
  return host.until({ files: [file, errorFile(file)], peers: [] }, look, cancel);
}

/**
 * Resolves with the exit code to end with. Tekton's scripts write the post file first and then this one, not all at
 * once: an empty file counts only beside a post file.
 */
export function waitAfterFailure(host: Host, post: string, cancel: Cancel): Promise<number> {
  const file = breakpointExitFile(post);
  host.log(`breakpoint after the failure: release it with "entrypoint debug continue" or "debug fail"`);
  const look = () => {
    const text = releaseOf(host, file);
    if (text === undefined) return undefined;
    if (/^\d{1,3}$/.test(text)) return Number(text);
    if (host.stat(post) !== undefined) return 0;
    return text !== "" || host.stat(errorFile(post)) !== undefined ? 1 : undefined;
  };
  return host.until({ files: [file], peers: [] }, look, cancel);
}

/** Of a file that anybody in the container may have written; what is no file, or too long, fails the step. */
function releaseOf(host: Host, file: string): string | undefined {
  try {
    return host.read(beneath(file), LIMITS.word)?.trim();
  } catch (error) {
    if (error instanceof HostError) return error.message;
    throw error;
  }
}
