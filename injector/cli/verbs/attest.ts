// baton attest RECORD: the words of the verb.

import type { Command } from "commander";
import { addSigning, type SigningOptions } from "../input/signing.ts";

interface AttestFlags extends SigningOptions {
  readonly output?: string;
}

export const define = (command: Command): void => {
  addSigning(command.argument("<record>", "what `baton run -o json` has written; - is standard input"))
    .option("-o, --output <file>", "where to write the statement, in place of standard output")
    .action(async (file: string, flags: AttestFlags) => {
      const { attest } = await import("./attestation.ts");
      attest(file, flags, flags.output);
    });
};
