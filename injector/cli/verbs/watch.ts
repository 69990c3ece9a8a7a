// baton watch FILE…: the words of the verb, those of `baton run` and one more. What it does is in watch-files.ts.

import type { Command } from "commander";
import type { Call } from "../verb.ts";
import { addRun } from "./run.ts";
import type { WatchFlags } from "./watch-files.ts";

export const define = (command: Command, { terminal, exit }: Call): void => {
  addRun(command, terminal)
    .option("--also <path>", "run again too when this file, or one in this folder, changes", each, [])
    .action(async (files: readonly string[], flags: WatchFlags) => {
      const { watchFiles } = await import("./watch-files.ts");
      exit(await watchFiles(terminal, files, flags));
    });
};

const each = (one: string, before: readonly string[]): readonly string[] => [...before, one];
