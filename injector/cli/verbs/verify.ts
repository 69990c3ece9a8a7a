// baton verify STATEMENT [FILE…]: the words of the verb.

import type { Command } from "commander";
import { addOutput } from "../input/output.ts";
import type { Call } from "../verb.ts";
import type { VerifyFlags } from "./verify-statement.ts";

export const define = (command: Command, { terminal, exit }: Call): void => {
  addOutput(
    command
      .argument("<statement>", "a signed statement: DSSE, one or a line each, or Sigstore's bundle of one")
      .argument("[file...]", "what it must be about: files, directories, git checkouts"),
    ["text", "json"],
  )
    .requiredOption("--key <file>", "public key or certificate (PEM) of whoever must have signed it")
    .option(
      "--image <name>",
      "an image that it must be about, as its registry knows it, or oci:DIR",
      each,
      [],
    )
    .option("--builder-id <uri>", "who must have built it")
    .option(
      "--source <what>",
      "a repository it must have been built from; with @COMMIT that one; or ALGORITHM:HEX",
      each,
      [],
    )
    .option("--param <name=value>", "a param that it must have been built with", each, [])
    .action(async (statement: string, files: readonly string[], flags: VerifyFlags) => {
      const { verifyStatement } = await import("./verify-statement.ts");
      exit(await verifyStatement(terminal, statement, files, flags));
    });
};

const each = (one: string, before: readonly string[]): readonly string[] => [...before, one];
