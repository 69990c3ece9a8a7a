// The entrypoint: waits for its turn, runs one command, says how it went. Or does one of its subcommands.

import { readArguments } from "./command/arguments.ts";
import type { Host } from "./host.ts";
import { runStep } from "./step/step.ts";
import { findSubcommand } from "./subcommands/index.ts";

/** The whole life of one process. Returns its exit code, and throws only what is a defect of ours. */
export async function main(host: Host): Promise<number> {
  const given = readArguments(host.args);
  const subcommand = findSubcommand(given);
  return subcommand === undefined ? runStep(host, given) : subcommand(host, given);
}
