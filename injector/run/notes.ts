// Decisions of the planner that make a step wait although nobody wrote that it shall: told when the run begins.

import type { PlanSet } from "../plan/model/plan-set.ts";
import { now } from "../record/follow.ts";
import type { StreamEvent } from "../record/record.ts";

/** As many as a reader takes in; `baton plan` has all. */
const TOLD = 5;

export function orderNotices({ notes }: Pick<PlanSet, "notes">): readonly StreamEvent[] {
  const orders = notes.filter(({ kind }) => kind === "order").map(({ message }) => message);
  const more = orders.length - TOLD;
  const told = more > 0 ? [...orders.slice(0, TOLD), `and ${more} more such orders: baton plan`] : orders;
  return told.map((message) => ({ type: "notice", at: now(), message }));
}

/** `events` with these behind the start of the run; asked for then. */
export async function* withNotices(
  notices: () => readonly StreamEvent[],
  events: AsyncIterable<StreamEvent>,
): AsyncGenerator<StreamEvent, void> {
  for await (const event of events) {
    yield event;
    if (event.type === "runStarted") yield* notices();
  }
}
