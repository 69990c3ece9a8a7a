// Carries out `baton report`: reads a kept run, and writes it as a page.

import { mistake } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import { reportPage } from "../../report/page.ts";
import { Teller } from "../../report/told.ts";
import { eventsOf, findRun, graphIn } from "../../runs/kept.ts";
import { type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";

export interface ReportFlags extends KeptOptions, OutputOptions {
  readonly against?: string;
}

/** Throws UserError. */
export async function writeReport(
  terminal: Terminal,
  wanted: string | undefined,
  flags: ReportFlags,
): Promise<void> {
  const root = runsRoot(terminal, flags);
  const run = findRun(root, wanted);
  const teller = new Teller();
  teller.graph(graphIn(run));
  for await (const event of eventsOf(run)) teller.add(event);
  const told = teller.told() ?? (run.record && { record: run.record, graph: graphIn(run), logs: new Map() });
  if (told === undefined)
    throw mistake("unknown-run", `${run.id} is ${run.state} and has no record`, `see baton logs ${run.id}`);
  const earlier = flags.against === undefined ? undefined : findRun(root, flags.against).record;
  writeText(terminal, reportPage(told, defined({ earlier })), outputOf(flags, ["html"]).file);
}
