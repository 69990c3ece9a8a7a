// The steps of a record as people read them. The entrypoint begins a message with the name of the step that caused it; where
// that one has a label, the label stands there.

import type { RunRecord, StepRecord } from "./record.ts";

export function readableSteps({ steps }: Pick<RunRecord, "steps">): readonly StepRecord[] {
  const labels = new Map(steps.map(({ step, label = step }) => [step, label]));
  return steps.map((status) => {
    const { message, cause } = status;
    if (cause === undefined || !message?.startsWith(`${cause.step} `)) return status;
    const label = labels.get(cause.step) ?? cause.step;
    return { ...status, message: `${label}${message.slice(cause.step.length)}` };
  });
}
