// baton runs: the runs that were kept, the latest first.

import type { Command } from "commander";
import { defined } from "../../documents/defined.ts";
import { duration, millisecondsBetween } from "../../record/units.ts";
import { type KeptRun, keptRuns } from "../../runs/kept.ts";
import { addKept, type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { outPainter, type Paint } from "../screen/colour.ts";
import { table } from "../screen/table.ts";
import type { Call } from "../verb.ts";

const FORMATS = ["text", "json"] as const;

interface Flags extends KeptOptions, OutputOptions {
  readonly limit: string;
}

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addKept(command), FORMATS)
    .option("--limit <n>", "how many at most", "20")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action((flags: Flags) => {
      const all = keptRuns(runsRoot(terminal, flags));
      const shown = all.slice(0, Number(flags.limit) || all.length);
      const { format, file } = outputOf(flags, FORMATS);
      writeText(
        terminal,
        format === "json"
          ? `${JSON.stringify(shown.map(short), null, 2)}\n`
          : text(shown, all, outPainter(terminal)),
        file,
      );
    });
};

function text(shown: readonly KeptRun[], all: readonly KeptRun[], paint: Paint): string {
  if (shown.length === 0) return "no runs are kept\n";
  const style = (state: KeptRun["state"]) =>
    state === "succeeded" ? "green" : state === "running" ? "cyan" : "red";
  const rows = shown.map((run) => {
    const took = millisecondsBetween(run.record?.startedAt, run.record?.finishedAt);
    const on = run.record?.backend ?? "";
    return [run.id, on, took === undefined ? "" : duration(took), paint(run.state, style(run.state))];
  });
  const more = all.length - shown.length;
  return [
    ...table(["run", "on", "took", "state"], rows, [2]),
    ...(more > 0 ? [`  … ${more} more`] : []),
    "",
  ].join("\n");
}

const short = ({ id, name, startedAt, state, folder, record }: KeptRun) => ({
  id,
  name,
  startedAt,
  state,
  folder,
  ...defined({ finishedAt: record?.finishedAt, exitCode: record?.exitCode }),
});
