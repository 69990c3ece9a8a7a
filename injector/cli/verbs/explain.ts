// baton explain [RUN]: why a kept run failed, the lines that tell it, and what cures it.

import type { Command } from "commander";
import { diagnosticsText } from "../../diagnostics/text.ts";
import { type Explanation, explain } from "../../explain/explain.ts";
import { eventsOf, findRun, type KeptRun } from "../../runs/kept.ts";
import { addKept, type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { addOutput, type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { outPainter, type Paint } from "../screen/colour.ts";
import { recordedName } from "../screen/names.ts";
import { heading } from "../screen/summary.ts";
import { Tails } from "../screen/tails.ts";
import type { Call } from "../verb.ts";

const FORMATS = ["text", "json"] as const;

type Flags = KeptOptions & OutputOptions;

/** As many last lines of a step are looked through. */
const LOOKED_THROUGH = 200;

export const define = (command: Command, { terminal }: Call): void => {
  addOutput(addKept(command), FORMATS)
    .argument("[run]", "its id, the beginning of it, or its name; the latest where there is none")
    .option("--no-color", "no colours (NO_COLOR says the same)")
    .action(async (wanted: string | undefined, flags: Flags) => {
      const run = findRun(runsRoot(terminal, flags), wanted);
      const explanations = await explanationsOf(run);
      const { format, file } = outputOf(flags, FORMATS);
      const paint = outPainter(terminal);
      const told = run.refusal ?? explanations;
      writeText(
        terminal,
        format === "json" ? `${JSON.stringify(told, null, 2)}\n` : text(run, explanations, paint),
        file,
      );
    });
};

async function explanationsOf(run: KeptRun): Promise<readonly Explanation[]> {
  if (run.record === undefined) return [];
  const tails = new Tails(LOOKED_THROUGH);
  for await (const event of eventsOf(run)) tails.add(event);
  return explain(run.record, (step) => tails.of(step));
}

function text(run: KeptRun, explanations: readonly Explanation[], paint: Paint): string {
  if (run.refusal !== undefined)
    return `${run.id} was refused:\n\n${diagnosticsText(run.refusal, { colour: false })}`;
  const lines =
    run.record === undefined ? [UNRECORDED[run.state === "running" ? "running" : "interrupted"](run.id)] : [];
  if (run.record !== undefined) lines.push(heading(run.record, paint));
  for (const explanation of explanations) {
    const { ending, message, lines: said, why, cure } = explanation;
    lines.push(
      "",
      `${paint(`[${recordedName(explanation)}]`, "red")} ${message} (${ending})`,
      ...said.map((line) => `  ${paint("│", "dim")} ${line}`),
      `  why:  ${why}`,
      `  cure: ${cure}`,
    );
  }
  if (run.record !== undefined && explanations.length === 0) lines.push("nothing failed");
  return `${lines.join("\n")}\n`;
}

const UNRECORDED: Readonly<Record<"running" | "interrupted", (id: string) => string>> = {
  running: (id) => `${id} is still running: \`baton logs ${id}\` has what it said so far`,
  interrupted: (id) =>
    `${id} was interrupted: its baton was killed, or could not begin.\n` +
    `  why:  nobody could write its record\n  cure: run it again; \`baton logs ${id}\` has what it said`,
};
