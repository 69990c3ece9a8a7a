// baton logs [RUN] [STEP]: what the steps of a kept run have said.

import type { Command } from "commander";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import type { RunEvent } from "../../record/record.ts";
import { runsFolder } from "../../runs/folder.ts";
import { eventsOf, findRun, type KeptRun } from "../../runs/kept.ts";
import { addKept, type KeptOptions, keptFolder } from "../input/kept-options.ts";
import { painter, wantsColour } from "../screen/colour.ts";
import { eventText, shortName } from "../screen/plain.ts";
import { visible, visibleTree } from "../screen/visible.ts";

export const define = (command: Command): void => {
  addKept(command)
    .argument("[run]", "its id, the beginning of it, or its name; the latest where there is none")
    .argument("[step]", "a step: only its own lines, without its name before them")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (wanted: string | undefined, step: string | undefined, flags: KeptOptions) => {
      const run = findRun(keptFolder(flags) ?? runsFolder(), wanted);
      await (step === undefined ? printAll(run) : printStep(run, step));
    });
};

async function printAll(run: KeptRun): Promise<void> {
  const paint = painter(wantsColour(process.stdout));
  for await (const event of eventsOf(run)) process.stdout.write(eventText(safe(event), paint) ?? "");
}

const safe = (event: RunEvent): RunEvent => (process.stdout.isTTY ? visibleTree(event) : event);

/** Throws UserError where no event speaks of such a step, or of several. */
async function printStep(run: KeptRun, wanted: string): Promise<void> {
  const lines = new Map<string, string[]>();
  for await (const event of eventsOf(run)) {
    if (!("step" in event)) continue;
    const said = lines.get(shortName(event.step)) ?? [];
    if (event.type === "log") said.push(`${process.stdout.isTTY ? visible(event.line) : event.line}\n`);
    lines.set(shortName(event.step), said);
  }
  const step = stepNamed([...lines.keys()], wanted);
  if (step === undefined)
    throw mistake(
      "unknown-run",
      `${run.id} has no step "${wanted}", or several`,
      suggestion(wanted, [...lines.keys()], "name one"),
    );
  process.stdout.write((lines.get(step) ?? []).join(""));
}

/** By its whole name, with a hyphen or a slash behind its Task, or by its own where no other Task has one of that name. */
function stepNamed(steps: readonly string[], wanted: string): string | undefined {
  const name = shortName(wanted).replaceAll("/", "-");
  if (steps.includes(name)) return name;
  const ending = steps.filter((step) => step.endsWith(`-${name}`));
  return ending.length === 1 ? ending[0] : undefined;
}
