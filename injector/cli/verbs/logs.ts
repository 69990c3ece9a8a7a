// baton logs [RUN] [STEP]: what the steps of a kept run have said.

import type { Command } from "commander";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import { runsFolder } from "../../runs/folder.ts";
import { eventsOf, findRun, type KeptRun } from "../../runs/kept.ts";
import { addKept, type KeptOptions, keptFolder } from "../input/kept-options.ts";
import { painter, wantsColour } from "../screen/colour.ts";
import { eventText, shortName } from "../screen/plain.ts";

export const define = (command: Command): void => {
  addKept(command)
    .argument("[run]", "its id, the beginning of it, or its name; the latest where there is none")
    .argument("[step]", "a step: only its own lines, without its name before them")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (wanted: string | undefined, step: string | undefined, flags: KeptOptions) => {
      const run = findRun(keptFolder(flags) ?? runsFolder(), wanted);
      await (step === undefined ? printAll(run) : printStep(run, shortName(step)));
    });
};

async function printAll(run: KeptRun): Promise<void> {
  const paint = painter(wantsColour(process.stdout));
  for await (const event of eventsOf(run)) process.stdout.write(eventText(event, paint) ?? "");
}

/** Throws UserError where no event speaks of such a step. */
async function printStep(run: KeptRun, step: string): Promise<void> {
  const seen = new Set<string>();
  for await (const event of eventsOf(run)) {
    if (!("step" in event)) continue;
    seen.add(shortName(event.step));
    if (event.type === "log" && shortName(event.step) === step) process.stdout.write(`${event.line}\n`);
  }
  if (seen.has(step)) return;
  throw mistake("unknown-run", `${run.id} has no step "${step}"`, suggestion(step, [...seen], "name one"));
}
