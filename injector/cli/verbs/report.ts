// baton report [RUN]: a kept run as one HTML file.

import type { Command } from "commander";
import { addKept } from "../input/kept-options.ts";
import { addOutput } from "../input/output.ts";
import type { Call } from "../verb.ts";
import type { ReportFlags } from "./write-report.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addKept(command), ["html"])
    .argument("[run]", "its id, the beginning of it, or its name; the latest where there is none")
    .option("--against <run>", "an earlier run to compare it with")
    .action(async (wanted: string | undefined, flags: ReportFlags) => {
      const { writeReport } = await import("./write-report.ts");
      await writeReport(terminal, wanted, flags);
    });
};
