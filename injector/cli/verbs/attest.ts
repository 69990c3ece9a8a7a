// baton attest RECORD: the words of the verb.

import type { Command } from "commander";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { addSigning, type SigningOptions } from "../input/signing.ts";
import type { Call } from "../verb.ts";

interface AttestFlags extends SigningOptions, OutputOptions {}

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(
    addSigning(command.argument("<record>", "what `baton run -o json` has written; - is standard input")),
    ["json"],
  ).action(async (file: string, flags: AttestFlags) => {
    const { attest } = await import("./attestation.ts");
    attest(terminal, file, flags, outputOf(flags, ["json"]).file);
  });
};
