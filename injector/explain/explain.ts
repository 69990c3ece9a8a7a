// Why a run failed: for each step that made it fail the kind of its ending, the lines that tell it, and the cure.

import type { StepStatus } from "../../entrypoint/protocol/index.ts";
import { decisiveSteps } from "../record/decisive.ts";
import type { RunRecord, StepRecord } from "../record/record.ts";
import { BY_BATON } from "./by-baton.ts";
import { BY_COMMAND } from "./by-command.ts";
import type { Facts, KnownEnding } from "./ending.ts";

export interface Explanation {
  readonly step: string;
  /** How people call it, where its Task is one of a matrix. */
  readonly label?: string;
  readonly state: StepStatus["state"];
  /** The kind of the ending, as docs/explain.md has it. */
  readonly ending: string;
  /** What was recorded of it. */
  readonly message: string;
  /** The line that tells it, or else the last ones. */
  readonly lines: readonly string[];
  readonly why: string;
  readonly cure: string;
}

/** The first that matches counts. */
export const KNOWN_ENDINGS: readonly KnownEnding[] = [...BY_BATON, ...BY_COMMAND];

/** `linesOf` a step are what it said at last. Nothing where no step ended badly by itself. */
export const explain = (
  record: RunRecord,
  linesOf: (step: string) => readonly string[],
): readonly Explanation[] =>
  deciding(record).map((status) => explainStep({ status, lines: linesOf(status.step), on: record.backend }));

/** Where a run was cancelled, its cancelled steps decided. */
function deciding(record: RunRecord): readonly StepRecord[] {
  const failed = decisiveSteps(record);
  if (failed.length > 0 || record.state !== "cancelled") return failed;
  return record.steps.filter(({ state, cause }) => state === "cancelled" && cause === undefined);
}

export function explainStep(facts: Facts): Explanation {
  const { status, lines } = facts;
  const { step, label } = status;
  const base = {
    step,
    ...(label === undefined ? {} : { label }),
    state: status.state,
    message: status.message ?? "",
  };
  for (const { name, match, why, cure } of KNOWN_ENDINGS) {
    const found = match(facts);
    if (found === undefined) continue;
    const telling = found.line === undefined ? lines.slice(-LINES) : around(lines, found.line);
    return { ...base, ending: name, lines: telling, why: why(found, facts), cure: cure(found, facts) };
  }
  return { ...base, ending: "unknown", lines: lines.slice(-LINES), ...UNKNOWN };
}

const UNKNOWN = {
  why: "baton knows no ending like this one",
  cure: "its message and its last lines say all that is known",
};

const LINES = 10;

/** The telling line with what stands just before and after it. */
function around(lines: readonly string[], line: string): readonly string[] {
  const at = lines.lastIndexOf(line);
  return lines.slice(Math.max(0, at - 3), at + 3);
}
