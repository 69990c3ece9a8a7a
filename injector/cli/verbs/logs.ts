// baton logs [RUN] [STEP]: what the steps of a kept run have said.

import type { Command } from "commander";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import type { RunEvent } from "../../record/record.ts";
import { eventsOf, findRun, graphIn, type KeptRun } from "../../runs/kept.ts";
import { addKept, type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { outPainter } from "../screen/colour.ts";
import { Names, shortName } from "../screen/names.ts";
import { eventText } from "../screen/plain.ts";
import { visible, visibleTree } from "../screen/visible.ts";
import type { Terminal } from "../terminal.ts";
import type { Call } from "../verb.ts";

export const define = (command: Command, { terminal }: Call): void => {
  addKept(command)
    .argument("[run]", "its id, the beginning of it, or its name; the latest where there is none")
    .argument("[step]", "a step: only its own lines, without its name before them")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (wanted: string | undefined, step: string | undefined, flags: KeptOptions) => {
      const run = findRun(runsRoot(terminal, flags), wanted);
      await (step === undefined ? printAll(terminal, run) : printStep(terminal, run, step));
    });
};

async function printAll(terminal: Terminal, run: KeptRun): Promise<void> {
  const paint = outPainter(terminal);
  const names = namesIn(run);
  for await (const event of eventsOf(run))
    terminal.out.write(eventText(safe(terminal, event), paint, "", names.of) ?? "");
}

function namesIn(run: KeptRun): Names {
  const names = new Names();
  names.name(graphIn(run).nodes);
  return names;
}

const safe = ({ out }: Terminal, event: RunEvent): RunEvent => (out.isTTY ? visibleTree(event) : event);

/** Throws UserError where no event speaks of such a step, or of several. */
async function printStep(terminal: Terminal, run: KeptRun, wanted: string): Promise<void> {
  const lines = new Map<string, string[]>();
  for await (const event of eventsOf(run)) {
    if (!("step" in event)) continue;
    const said = lines.get(shortName(event.step)) ?? [];
    if (event.type === "log") said.push(`${terminal.out.isTTY ? visible(event.line) : event.line}\n`);
    lines.set(shortName(event.step), said);
  }
  const { of } = namesIn(run);
  const step =
    [...lines.keys()].find((one) => of(`step-${one}`) === wanted) ?? stepNamed([...lines.keys()], wanted);
  if (step === undefined)
    throw mistake(
      "unknown-run",
      `${run.id} has no step "${wanted}", or several`,
      suggestion(wanted, [...lines.keys()], "name one"),
    );
  terminal.out.write((lines.get(step) ?? []).join(""));
}

/** By its whole name, with a hyphen or a slash behind its Task, or by its own where no other Task has one of that name. */
function stepNamed(steps: readonly string[], wanted: string): string | undefined {
  const name = shortName(wanted).replaceAll("/", "-");
  if (steps.includes(name)) return name;
  const ending = steps.filter((step) => step.endsWith(`-${name}`));
  return ending.length === 1 ? ending[0] : undefined;
}
