// Endings in the order of the edges. A step that has run waited for others to end, and yet its own process may be seen to
// end before theirs: whoever reads the stream is told of theirs first.

import type { Plan } from "../plan/model/plan.ts";
import type { Observation } from "./record.ts";

/** The same events; the ending of a step that has run comes after those of the steps it needs. */
export async function* endingsInOrder(
  { steps }: Plan,
  events: AsyncIterable<Observation>,
): AsyncGenerator<Observation, void> {
  const needs = new Map(steps.map((step) => [step.id, step.needs.map(({ step: need }) => steps[need]?.id)]));
  const told = new Set<string>();
  const isDue = ({ step, status }: Ending): boolean =>
    status.startedAt === undefined ||
    (needs.get(step) ?? []).every((need) => need === undefined || told.has(need));
  let held: readonly Ending[] = [];
  for await (const event of events) {
    if (event.type !== "stepFinished") {
      yield event;
      continue;
    }
    held = [...held, event];
    for (let due = held.filter(isDue); due.length > 0; due = held.filter(isDue)) {
      for (const { step } of due) told.add(step);
      yield* due;
      held = held.filter((one) => !due.includes(one));
    }
  }
  yield* held;
}

type Ending = Extract<Observation, { readonly type: "stepFinished" }>;
