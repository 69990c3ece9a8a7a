// Ctrl-C once asks the run to end; twice kills it. TERM and HUP mean the same, and so does a reader that has gone away
// (`baton run … | head`).

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
  const onSignal = (name: NodeJS.Signals) => {
    if (ask.signal.aborted) return kill.abort();
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
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    },
  };
}
