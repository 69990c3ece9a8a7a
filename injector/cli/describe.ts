// What the command line understands, as data: for completions and the manual page.

import { Command } from "commander";
import { defined } from "../documents/defined.ts";
import type { Call, Described, Verb } from "./verb.ts";

/** Loads every verb. */
export async function described(verbs: readonly Verb[], call: Call): Promise<readonly Described[]> {
  return Promise.all(
    verbs.map(async (verb) => {
      const command = new Command(verb.name).description(verb.summary);
      await (await verb.load()).define(command, call);
      return describedCommand(command, verb.name);
    }),
  );
}

const describedCommand = (command: Command, path: string): Described => ({
  name: command.name(),
  summary: command.description(),
  usage: `${path} ${command.usage()}`,
  options: command.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, short, long, description, argChoices = [], required, optional }) => ({
      flags,
      ...defined({ short, long }),
      description,
      choices: argChoices,
      takesValue: required || optional,
    })),
  verbs: command.commands.map((sub) => describedCommand(sub, `${path} ${sub.name()}`)),
});
