// The options of every verb that follows remote references.

import type { Command } from "commander";

export interface LockOptions {
  readonly lock: string;
  readonly locked?: boolean;
  readonly update?: boolean;
}

export const addLock = (command: Command): Command =>
  command
    .option("--lock <file>", "lock file of remote references", "baton.lock")
    .option("--locked", "refuse remote references that the lock file does not pin")
    .option("--update", "fetch remote references anew, and pin what they are now");
