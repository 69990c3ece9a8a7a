// baton runs: the runs that were kept, the latest first.

import type { Command } from "commander";
import { duration, millisecondsBetween } from "../../record/units.ts";
import { runsFolder } from "../../runs/folder.ts";
import { type KeptRun, keptRuns } from "../../runs/kept.ts";
import { addKept, type KeptOptions, keptFolder } from "../input/kept-options.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { painter, wantsColour } from "../screen/colour.ts";
import { table } from "../screen/table.ts";

const FORMATS = ["text", "json"] as const;

interface Flags extends KeptOptions, OutputOptions {
  readonly limit: string;
}

export const define = (command: Command): void => {
  addOutput(addKept(command), FORMATS)
    .option("--limit <n>", "how many at most", "20")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action((flags: Flags) => {
      const all = keptRuns(keptFolder(flags) ?? runsFolder());
      const shown = all.slice(0, Number(flags.limit) || all.length);
      const { format, file } = outputOf(flags, FORMATS);
      writeText(
        format === "json" ? `${JSON.stringify(shown.map(short), null, 2)}\n` : text(shown, all),
        file,
      );
    });
};

function text(shown: readonly KeptRun[], all: readonly KeptRun[]): string {
  if (shown.length === 0) return "no runs are kept\n";
  const paint = painter(wantsColour(process.stdout));
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
  ...(record === undefined ? {} : { finishedAt: record.finishedAt, exitCode: record.exitCode }),
});
