// `-v`: how each step was started, and how big the results are. What the plan says is shown: a reference whose value only the
// run knows stands as it is written, and of variables, which may be Secrets', neither names nor values are told.

import { WORKSPACE } from "../../../entrypoint/protocol/index.ts";
import type { Plan, PlannedStep } from "../../plan/model/plan.ts";
import type { ResultValue, RunRecord } from "../../record/record.ts";
import { sizeText } from "../../record/units.ts";
import { quoted } from "./again.ts";
import { plannedName, recordedName } from "./names.ts";
import { table } from "./table.ts";

export class Starts {
  readonly #steps = new Map<string, PlannedStep>();

  add({ steps }: Pick<Plan, "steps">): void {
    for (const step of steps) this.#steps.set(step.id, step);
  }

  /** Nothing where no step was started. */
  text(record: RunRecord): string {
    const steps = record.steps.flatMap(({ step, startedAt, cache }) => {
      const planned = this.#steps.get(step);
      return planned === undefined || startedAt === undefined || cache?.hit === true ? [] : [planned];
    });
    const isLocal = record.backend === "local";
    const place = isLocal ? "program" : "image";
    const starts = steps.map((step) => [
      plannedName(step),
      isLocal ? programOf(step) : (step.image ?? ""),
      step.workingDir ?? (isLocal ? WORKSPACE : "(the image's own)"),
      commandOf(step),
    ]);
    const sizes = record.tasks.flatMap((task) =>
      task.results.map(({ name, value }) => [
        recordedName({ ...task, step: task.name }),
        name,
        sizeText(bytesOf(value)),
      ]),
    );
    const blocks = [
      ...(starts.length === 0 ? [] : ["", ...table(["step", place, "started in", "command"], starts)]),
      ...(sizes.length === 0 ? [] : ["", ...table(["task", "result", "size"], sizes)]),
    ];
    return blocks.map((line) => `${line}\n`).join("");
  }
}

const programOf = ({ command: [program = ""] = [] }: PlannedStep): string => program;

/** In one line; without a command of its own it is the image's that gets the arguments. */
function commandOf({ command = [], args }: PlannedStep): string {
  const words = [...command, ...args].map(quoted);
  const line = (command.length === 0 ? ["(the image's own)", ...words] : words)
    .join(" ")
    .replaceAll("\n", "\\n");
  return line.length > LINE ? `${line.slice(0, LINE)}… (${line.length} characters)` : line;
}

const LINE = 300;

const bytesOf = (value: ResultValue): number =>
  Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
