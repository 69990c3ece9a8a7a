// The options of every verb that attests.

import type { Command } from "commander";

export interface SigningOptions {
  readonly key?: string;
  readonly builderId?: string;
}

export const addSigning = (command: Command): Command =>
  command
    .option("--key <file>", "private key (PEM, Ed25519 or ECDSA P-256) to sign the statement with")
    .option("--builder-id <uri>", "who is to be trusted for the statement");
