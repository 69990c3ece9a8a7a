// The terminal of this process.

import { constants } from "node:os";
import type { WriteStream } from "node:tty";
import { givenText } from "../beneath/read.ts";
import { paintedOnly } from "../cli/screen/visible.ts";
import type { Interrupt, Screen, Terminal } from "../cli/terminal.ts";

const SIGNALS: readonly Interrupt[] = ["SIGINT", "SIGTERM", "SIGHUP"];
/** As a shell says of a program that SIGPIPE ended. */
const READER_GONE = 141;

/** Where nobody else minds, the program ends when its output cannot be written: quietly where the reader has gone (`baton schema | head`). */
export function processTerminal(words: readonly string[]): Terminal {
  const minding: (() => void)[] = [];
  let lost = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && !lost)
      process.stderr.write(`error: cannot write to standard output: ${error.message}\n`);
    lost = true;
    if (minding.length === 0) process.exit(error.code === "EPIPE" ? READER_GONE : 1);
    for (const listener of minding) listener();
  });
  return {
    out: screenOf(process.stdout),
    err: screenOf(process.stderr),
    environment: process.env,
    words,
    input: () => givenText(0),
    onSignal(listener) {
      for (const name of SIGNALS) process.on(name, listener as NodeJS.SignalsListener);
      return () => {
        for (const name of SIGNALS) process.removeListener(name, listener as NodeJS.SignalsListener);
      };
    },
    onOutputLost: (listener) => void minding.push(listener),
    leave(name) {
      process.removeAllListeners("exit");
      process.exit(128 + constants.signals[name]);
    },
  };
}

/** Its size is asked for each time, because a window changes. */
const screenOf = (stream: WriteStream): Screen => ({
  get isTTY() {
    return stream.isTTY === true;
  },
  get columns() {
    return stream.columns;
  },
  get rows() {
    return stream.rows;
  },
  write: (text) => void stream.write(stream.isTTY ? paintedOnly(text) : text),
  draw: (text) => void stream.write(text),
});
