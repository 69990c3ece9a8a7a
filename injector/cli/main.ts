// What every verb shares: words and options by commander, a user's mistakes in words, exit codes (0; 1 for a defect of
// ours; 2 for a mistake of the user's; `run` has the run's own).

import { Command, CommanderError, Help } from "commander";
import { UserError } from "../diagnostics/diagnostic.ts";
import { VERSION } from "../documents/version.ts";
import { wantsColour } from "./screen/colour.ts";
import { VERBS } from "./verbs.ts";

const MISTAKE = 2;
/** That an option which may be given several times may also not be given needs no words. */
const EMPTY_LIST = / \(default: \[\]\)$/;
const help = new Help();

/** Runs one verb. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("baton")
    .description("Runs the steps of a task in order, next to their data.")
    .version(`baton ${VERSION}`, "-V, --version")
    .showHelpAfterError("(baton --help lists the verbs)")
    .configureHelp({ optionDescription: (option) => help.optionDescription(option).replace(EMPTY_LIST, "") })
    .exitOverride();
  let exitCode = 0;
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary).exitOverride();
    if (argv[0] !== verb.name && argv[1] !== verb.name) continue;
    command.showHelpAfterError(`(baton ${verb.name} --help lists the options)`);
    const { define } = await verb.load();
    const setExit = (code: number) => {
      exitCode = code;
    };
    await define(command, setExit, async () => (await import("./describe.ts")).described(VERBS));
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISTAKE;
    if (!(error instanceof UserError)) throw error;
    const { diagnosticsText } = await import("../diagnostics/text.ts");
    process.stderr.write(diagnosticsText(error.diagnostics, { colour: wantsColour(process.stderr) }));
    return MISTAKE;
  }
}
