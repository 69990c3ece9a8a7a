// Ctrl-C once asks the run to end; twice kills it, and what cannot be ended at once is left to the next run. TERM and HUP mean
// the same, and so does a reader that has gone away (`baton run … | head`).

import { constants } from "node:os";
import { tellOutputLost } from "./standard-output.ts";

export interface Interrupts {
  readonly signal: AbortSignal;
  readonly kill: AbortSignal;
  release(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `say` tells the user what Ctrl-C does, where it is seen. */
export function interrupts(say: (text: string) => void): Interrupts {
  const ask = new AbortController();
  const kill = new AbortController();
  let last: NodeJS.Timeout | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (ask.signal.aborted) {
      last ??= setTimeout(leave, PATIENCE_MS, name);
      return kill.abort();
    }
    say("stopping the steps; once more kills them\n");
    ask.abort(name);
  };
  const onGone = (error: NodeJS.ErrnoException) => {
    if (ask.signal.aborted) return;
    tellOutputLost(error);
    ask.abort("SIGTERM");
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  process.stdout.on("error", onGone);
  return {
    signal: ask.signal,
    kill: kill.signal,
    release: () => {
      clearTimeout(last);
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    },
  };
}

/** For killing, and for clearing away. */
const PATIENCE_MS = 1_800;

/** Whoever asks twice is not to wait for an engine that does not answer, or for a million files to be removed. */
function leave(name: NodeJS.Signals): never {
  process.stderr.write("not everything has ended yet: the next run clears it away\n");
  process.removeAllListeners("exit");
  process.exit(128 + constants.signals[name]);
}
