// What was asked for, put into the record of a run: backends know only plans, which are what became of it.

import type { StreamEvent } from "../record/record.ts";
import type { ResolvedRun } from "../resolve/resolved.ts";

export async function* asRequested(
  { target, params, workspaces, sources }: ResolvedRun,
  events: AsyncIterable<StreamEvent>,
): AsyncGenerator<StreamEvent, void> {
  const bindings = Object.entries(workspaces).map(([name, { name: _name, ...binding }]) => [name, binding]);
  const request = { target, params, workspaces: Object.fromEntries(bindings), sources };
  for await (const event of events)
    yield event.type === "runFinished" ? { ...event, record: { ...event.record, request } } : event;
}
