// baton lineage [RUN…|FOLDER]: the words of the verb.

import type { Command } from "commander";
import { addKept } from "../input/kept-options.ts";
import { addOutput } from "../input/output.ts";
import { LINEAGE_FORMATS } from "../screen/formats.ts";
import type { Call } from "../verb.ts";
import type { LineageFlags } from "./draw-lineage.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addKept(command), LINEAGE_FORMATS)
    .argument(
      "[from...]",
      "kept runs, folders of them, records or statements in files; all kept runs where there is none",
    )
    .option(
      "--of <what>",
      "a file or directory, a digest or a commit or the beginning of one, or the name of an artifact",
    )
    .action(async (from: readonly string[], flags: LineageFlags) => {
      const { drawLineage } = await import("./draw-lineage.ts");
      await drawLineage(terminal, from, flags);
    });
};
