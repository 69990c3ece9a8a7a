// From the stream as it travels inside to the one that others read: each line is an event.

import type { RunEvent, StreamEvent } from "./record.ts";

export async function* eachLine(events: AsyncIterable<StreamEvent>): AsyncGenerator<RunEvent, void> {
  for await (const event of events) yield* singly(event);
}

export function singly(event: StreamEvent): readonly RunEvent[] {
  if (event.type !== "lines") return [event];
  const { at, step, stream } = event;
  return event.lines.map((line) => ({ type: "log", at, step, stream, line }));
}
