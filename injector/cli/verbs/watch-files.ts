// Carries out `baton watch`: runs what the files say, and again whenever they change. Ctrl-C ends it with exit code 0, whatever it is
// at: while nothing runs at once, while something runs when its steps have ended. Twice kills the steps, as with `baton run`.

import { mistake, UserError } from "../../diagnostics/diagnostic.ts";
import { filesOrFound } from "../input/found.ts";
import { type Changes, openChanges } from "../process/changes.ts";
import { tell } from "../screen/mistakes.ts";
import type { Terminal } from "../terminal.ts";
import { execute, type RunFlags } from "./execute.ts";

export interface WatchFlags extends RunFlags {
  readonly also: readonly string[];
}

/** Throws UserError where there is nothing to watch; what is wrong in files is told, and watched. */
export async function watchFiles(
  terminal: Terminal,
  given: readonly string[],
  flags: WatchFlags,
): Promise<number> {
  const files = filesOrFound(terminal, given);
  if (files.includes("-"))
    throw mistake("bad-flag", "standard input cannot be watched", "put it into a file, or use `baton run -`");
  const over = new AbortController();
  const release = terminal.onSignal((name) => over.abort(name));
  terminal.onOutputLost(() => over.abort("SIGTERM"));
  const changes = await openChanges([...files, ...flags.path], flags.also);
  try {
    await runAgainAndAgain(asWatched(terminal, over.signal), files, flags, changes, over.signal);
  } finally {
    release();
    await changes.close();
  }
  return 0;
}

async function runAgainAndAgain(
  terminal: Terminal,
  files: readonly string[],
  flags: RunFlags,
  changes: Changes,
  over: AbortSignal,
): Promise<void> {
  for (let count = 1; !over.aborted; count++) {
    const how = await runOnce(terminal, files, flags);
    if (over.aborted) return;
    terminal.err.write(`\nrun ${count} ${how}; watching ${files.join(", ")}: Ctrl-C ends\n`);
    await changes.next(over);
  }
}

async function runOnce(terminal: Terminal, files: readonly string[], flags: RunFlags): Promise<string> {
  try {
    const exitCode = await execute(terminal, files, flags);
    return exitCode === 0 ? "succeeded" : `failed with ${exitCode}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await tell(terminal, error);
    return "did not begin";
  }
}

/** As one run sees it: what has ended the watch already ends the run, too, and run again it is `baton run`. */
const asWatched = (terminal: Terminal, over: AbortSignal): Terminal => ({
  ...terminal,
  words: ["run", ...terminal.words.slice(1)],
  onSignal: (listener) => {
    const release = terminal.onSignal(listener);
    if (over.aborted) listener(over.reason);
    return release;
  },
});
