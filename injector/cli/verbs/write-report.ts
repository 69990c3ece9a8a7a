// Carries out `baton report`: reads a kept run, and writes it as a page.

import { mistake } from "../../diagnostics/diagnostic.ts";
import { reportPage } from "../../report/page.ts";
import { Teller } from "../../report/told.ts";
import { runsFolder } from "../../runs/folder.ts";
import { eventsOf, findRun, graphIn } from "../../runs/kept.ts";
import { type KeptOptions, keptFolder } from "../input/kept-options.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";

export interface ReportFlags extends KeptOptions, OutputOptions {
  readonly against?: string;
}

/** Throws UserError. */
export async function writeReport(wanted: string | undefined, flags: ReportFlags): Promise<void> {
  const root = keptFolder(flags) ?? runsFolder();
  const run = findRun(root, wanted);
  const teller = new Teller();
  teller.graph(graphIn(run));
  for await (const event of eventsOf(run)) teller.add(event);
  const told = teller.told() ?? (run.record && { record: run.record, graph: graphIn(run), logs: new Map() });
  if (told === undefined)
    throw mistake("unknown-run", `${run.id} is ${run.state} and has no record`, `see baton logs ${run.id}`);
  const earlier = flags.against === undefined ? undefined : findRun(root, flags.against).record;
  writeText(reportPage(told, earlier === undefined ? {} : { earlier }), outputOf(flags, ["html"]).file);
}
