// The entrypoint: waits for its turn, runs one command, says how it went. Or does one of its subcommands.

import { readArguments } from "./command/arguments.ts";
import type { Host } from "./host.ts";
import { runStep } from "./step/step.ts";

/** The whole life of one process. Returns its exit code, and throws only what is a defect of ours. */
export async function main(host: Host): Promise<number> {
  const given = readArguments(host.args);
  // A step has no operands: what it never uses it does not hold in memory while it waits.
  const subcommands = given.operands.length === 0 ? undefined : await import("./subcommands/index.ts");
  const subcommand = subcommands?.findSubcommand(given);
  return subcommand === undefined ? runStep(host, given) : subcommand(host, given);
}
