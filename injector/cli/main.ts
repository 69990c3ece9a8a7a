// What every verb shares: words and options by commander, a user's mistakes in words, exit codes (0; 1 for a defect of
// ours; 2 for a mistake of the user's; `run` has the run's own).

import { Command, CommanderError, Help } from "commander";
import { UserError } from "../diagnostics/diagnostic.ts";
import { VERSION } from "../documents/version.ts";
import type { Terminal } from "./terminal.ts";
import type { Call } from "./verb.ts";
import { VERBS } from "./verbs.ts";

const MISTAKE = 2;
/** Of what is no terminal, in characters. */
const WIDTH = 80;
/** That an option which may be given several times may also not be given needs no words. */
const EMPTY_LIST = / \(default: \[\]\)$/;
const help = new Help();

/** Runs the verb that the terminal's words ask for. Returns the exit code. */
export async function main(terminal: Terminal): Promise<number> {
  const { words } = terminal;
  const program = new Command("baton")
    .description("Runs the steps of a task in order, next to their data.")
    .version(`baton ${VERSION}`, "-V, --version")
    .showHelpAfterError("(baton --help lists the verbs)")
    .configureHelp({ optionDescription: (option) => help.optionDescription(option).replace(EMPTY_LIST, "") })
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
      getOutHelpWidth: () => terminal.out.columns ?? WIDTH,
      getErrHelpWidth: () => terminal.err.columns ?? WIDTH,
    })
    .exitOverride();
  let exitCode = 0;
  const call: Call = {
    terminal,
    exit: (code) => {
      exitCode = code;
    },
    all: async () => (await import("./describe.ts")).described(VERBS, call),
  };
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary).exitOverride();
    if (words[0] !== verb.name && words[1] !== verb.name) continue;
    command.showHelpAfterError(`(baton ${verb.name} --help lists the options)`);
    const { define } = await verb.load();
    await define(command, call);
  }
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISTAKE;
    if (!(error instanceof UserError)) throw error;
    await (await import("./screen/mistakes.ts")).tell(terminal, error);
    return MISTAKE;
  }
}
