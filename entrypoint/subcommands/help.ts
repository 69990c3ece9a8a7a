// `help` and `version`. The list of flags is the table that reads them.

import type { Host } from "../host.ts";
import { FLAG_HELP } from "../protocol/flag-help.ts";
import { FLAG_TABLE, type FlagName, PROTOCOL_VERSION } from "../protocol/index.ts";
import { VERSION } from "./version.ts";

export async function printHelp(host: Host): Promise<number> {
  host.print(`${helpText()}\n`);
  return 0;
}

export async function printVersion(host: Host): Promise<number> {
  const { os, arch } = host.platform;
  host.print(`baton entrypoint ${VERSION} (protocol ${PROTOCOL_VERSION}, ${os}/${arch})\n`);
  return 0;
}

export function helpText(): string {
  const names = Object.keys(FLAG_TABLE) as FlagName[];
  const width = Math.max(...names.map((name) => name.length));
  const line = (name: FlagName) =>
    `  -${name.padEnd(width)}  ${FLAG_HELP[name]}${FLAG_TABLE[name].from === "baton" ? " [baton]" : ""}`;
  return [USAGE, "", "Flags (those marked [baton] are not Tekton's):", ...names.map(line)].join("\n");
}

const USAGE = `Waits for its turn, runs one command, says how it went.

  entrypoint [FLAGS] -entrypoint COMMAND -- [ARGUMENT…]

Subcommands:
  init SOURCE DESTINATION [STEP…]     cp, then step-init
  cp SOURCE DESTINATION               copy the entrypoint, whole or not at all
  step-init [STEP…]                   link the steps under /tekton/steps
  decode-script FILE                  decode a script from base64, in place
  layout                              make what BATON_LAYOUT describes
  sidecar [FLAGS] -- [ARGUMENT…]      run until the steps of -wait_settled have settled
  collect [FLAGS]                     print the whole run once the steps of -wait_settled have settled
  confined [-- COMMAND [ARGUMENT…]]   run it without the abstract sockets of others; alone: whether the kernel can
  debug continue|fail|beforestep-continue|beforestep-fail [STEP]
                                      release a breakpoint
  version, help`;
