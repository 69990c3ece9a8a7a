// Standard output that cannot be written any more: its reader has gone away (`baton schema | head`), or a disk is full.

/** Ends the program, quietly where the reader has gone, unless somebody else minds: a run ends its steps first. */
export function mindStandardOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (process.stdout.listenerCount("error") > 1) return;
    tellOutputLost(error);
    process.exit(error.code === "EPIPE" ? READER_GONE : 1);
  });
}

/** A reader that has gone away wants to hear nothing; anything else is told. */
export function tellOutputLost(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE")
    process.stderr.write(`error: cannot write to standard output: ${error.message}\n`);
}

/** As a shell says of a program that SIGPIPE ended. */
const READER_GONE = 141;
