// baton attest RECORD: the words of the verb.

import type { Command } from "commander";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { addSigning, type SigningOptions } from "../input/signing.ts";

interface AttestFlags extends SigningOptions, OutputOptions {}

export const define = (command: Command): void => {
  addOutput(
    addSigning(command.argument("<record>", "what `baton run -o json` has written; - is standard input")),
    ["json"],
  ).action(async (file: string, flags: AttestFlags) => {
    const { attest } = await import("./attestation.ts");
    attest(file, flags, outputOf(flags, ["json"]).file);
  });
};
