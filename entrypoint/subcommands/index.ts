// The subcommands by name. One that is not here is no subcommand, and words after "--" never are.

import { type Arguments, refusal } from "../command/arguments.ts";
import { type Host, HostError } from "../host.ts";
import { parseFlags } from "../protocol/index.ts";
import { collect } from "./collect.ts";
import { runConfined } from "./confined.ts";
import { copyEntrypoint } from "./cp.ts";
import { DEBUG_VERBS, isDebugVerb, releaseBreakpoint } from "./debug.ts";
import { decodeScript } from "./decode-script.ts";
import { printHelp, printVersion } from "./help.ts";
import { makeWholeLayout } from "./layout.ts";
import { runSidecar } from "./sidecar.ts";
import { linkSteps } from "./step-init.ts";

export type Subcommand = (host: Host, given: Arguments) => Promise<number>;

/** By the first word that is no flag, in front of "--". */
export function findSubcommand({ operands }: Arguments): Subcommand | undefined {
  const [name] = operands;
  if (name === undefined || !Object.hasOwn(SUBCOMMANDS, name)) return undefined;
  return SUBCOMMANDS[name];
}

type Operands = readonly string[];
type Work = (host: Host, operands: Operands) => string | Promise<string>;

/** A subcommand whose work is a sentence when done, HostError when not, undefined operands a mistake. */
function simple(usage: string, accepts: (operands: Operands) => boolean, work: Work): Subcommand {
  return async (host, given) => {
    const operands = given.operands.slice(1);
    if (!accepts(operands)) {
      host.log(`usage: entrypoint ${usage}`);
      return 2;
    }
    try {
      host.log(await work(host, operands));
      return 0;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      host.log(`error: ${error.message}`);
      return 1;
    }
  };
}

/** One that takes flags, before its name or after it. */
function flagged(run: Subcommand): Subcommand {
  return (host, given) => {
    const own = parseFlags(given.operands.slice(1));
    const flags = { ...given.flags, ...own.flags };
    const problem = own.ok ? refusal(flags) : own.problem;
    const operands = own.ok ? own.rest : [];
    const { words } = given;
    return run(
      host,
      problem === undefined ? { flags, operands, words } : { flags, operands, words, problem },
    );
  };
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  cp: simple("cp SOURCE DESTINATION", ({ length }) => length === 2, copyEntrypoint),
  init: simple("init SOURCE DESTINATION [STEP…]", ({ length }) => length >= 2, initialize),
  "step-init": simple("step-init [STEP…]", () => true, linkSteps),
  "decode-script": simple("decode-script FILE", ({ length }) => length === 1, decodeScript),
  layout: simple("layout", ({ length }) => length === 0, makeWholeLayout),
  debug: simple(
    `debug ${DEBUG_VERBS.join("|")} [STEP]`,
    ([verb, , more]) => isDebugVerb(verb) && more === undefined,
    releaseBreakpoint,
  ),
  sidecar: flagged(runSidecar),
  collect: flagged(collect),
  confined: flagged(runConfined),
  help: printHelp,
  version: printVersion,
};

function initialize(host: Host, operands: Operands): string {
  const copied = copyEntrypoint(host, operands.slice(0, 2));
  return `${copied}; ${linkSteps(host, operands.slice(2))}`;
}
