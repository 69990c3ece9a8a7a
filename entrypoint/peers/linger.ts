// Staying after the end: compose ends a whole project when its first container exits, so there a finished step stays
// until whoever collects the run is gone, and keeps its own exit code.

import { CancelToken } from "../endings/cancel.ts";
import type { Control } from "../endings/control.ts";
import { type Host, Interrupted } from "../host.ts";
import { waitForTurn } from "./wait.ts";

/** Resolves when the process that posts to `file` has posted or died, or when a signal tells this one to end. */
export async function linger(host: Host, file: string, control: Control): Promise<void> {
  if (control.stop.why?.signal !== undefined) return;
  const told = new CancelToken<true>();
  host.onSignal((name) => {
    if (ENDING.includes(name)) told.fire(true);
  });
  try {
    await waitForTurn(host, [{ post: file, settled: true, content: false }], told);
  } catch (error) {
    // The step has had its last word: nothing that goes wrong now changes it.
    if (!(error instanceof Interrupted))
      host.log(`warning: ${error instanceof Error ? error.message : error}`);
  }
}

const ENDING: readonly string[] = ["SIGTERM", "SIGINT", "SIGHUP"];
