// Why a run failed, as the last thing that its user sees: the step, its last lines, and the command to run again.

import type { StepStatus } from "../../../entrypoint/protocol/index.ts";
import { explainStep } from "../../explain/explain.ts";
import { decisiveSteps } from "../../record/decisive.ts";
import type { RunRecord } from "../../record/record.ts";
import type { Paint } from "./colour.ts";
import { recordedName } from "./names.ts";
import { heading } from "./summary.ts";
import type { Tails } from "./tails.ts";

/** Steps whose lines are shown; more would push the first one off the screen. */
const SHOWN = 3;

/** Of these the step's own lines say more than a cure could. */
const WITHOUT_CURE = ["exit-code", "sidecar-ended", "unknown"];

function cureOf(status: StepStatus, { backend }: RunRecord, lines: readonly string[]): readonly string[] {
  const { ending, cure } = explainStep({ status, lines, on: backend });
  return WITHOUT_CURE.includes(ending) ? [] : [`  cure: ${cure}`];
}

export function failure(record: RunRecord, tails: Tails, again: string | undefined, paint: Paint): string {
  const decisive = decisiveSteps(record);
  const told = decisive.slice(0, SHOWN).flatMap((status) => {
    const { step, message } = status;
    const lines = tails.of(step).filter((line) => line !== `${step}: ${message}`);
    const name = paint(`[${recordedName(status)}]`, "red");
    return [
      "",
      `${name} ${message ?? ""}`.trimEnd(),
      ...lines.map((line) => `  ${paint("│", "dim")} ${line}`),
      ...cureOf(status, record, lines),
    ];
  });
  const more = decisive.length - SHOWN;
  const lines = [
    ...told,
    ...(more > 0 ? ["", `… and ${more} more ${more === 1 ? "step" : "steps"}`] : []),
    "",
    heading(record, paint),
    ...(again === undefined ? [] : [`again: ${again}`]),
  ];
  return `${lines.join("\n")}\n`;
}
