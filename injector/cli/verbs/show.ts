// baton show [RUN]: how a kept run went, as it was told at its end.

import type { Command } from "commander";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { findRun } from "../../runs/kept.ts";
import { addKept, type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { outPainter } from "../screen/colour.ts";
import { summary } from "../screen/summary.ts";
import type { Call } from "../verb.ts";

const FORMATS = ["text", "json"] as const;

type Flags = KeptOptions & OutputOptions;

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addKept(command), FORMATS)
    .argument("[run]", "its id, the beginning of it, or its name; the latest where there is none")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action((wanted: string | undefined, flags: Flags) => {
      const run = findRun(runsRoot(terminal, flags), wanted);
      if (run.record === undefined)
        throw mistake(
          "unknown-run",
          `${run.id} is ${run.state} and has no record`,
          `baton explain ${run.id} says why`,
        );
      const { format, file } = outputOf(flags, FORMATS);
      writeText(
        terminal,
        format === "json"
          ? `${JSON.stringify(run.record, null, 2)}\n`
          : summary(run.record, outPainter(terminal)),
        file,
      );
    });
};
