// Ctrl-C once asks the run to end; twice kills it, and what cannot be ended at once is left to the next run. TERM and HUP mean
// the same, and so does a reader that has gone away (`baton run … | head`).

import type { Interrupt, Terminal } from "../terminal.ts";

export interface Interrupts {
  readonly signal: AbortSignal;
  readonly kill: AbortSignal;
  release(): void;
}

/** `say` tells the user what Ctrl-C does, where it is seen. */
export function interrupts(terminal: Terminal, say: (text: string) => void): Interrupts {
  const ask = new AbortController();
  const kill = new AbortController();
  let last: NodeJS.Timeout | undefined;
  const release = terminal.onSignal((name) => {
    if (ask.signal.aborted) {
      last ??= setTimeout(leave, PATIENCE_MS, terminal, name);
      return kill.abort();
    }
    say("stopping the steps; once more kills them\n");
    ask.abort(name);
  });
  terminal.onOutputLost(() => ask.abort("SIGTERM"));
  return {
    signal: ask.signal,
    kill: kill.signal,
    release: () => {
      clearTimeout(last);
      release();
    },
  };
}

/** For killing, and for clearing away. */
const PATIENCE_MS = 1_800;

/** Whoever asks twice is not to wait for an engine that does not answer, or for a million files to be removed. */
function leave(terminal: Terminal, name: Interrupt): void {
  terminal.err.write("not everything has ended yet: the next run clears it away\n");
  terminal.leave(name);
}
