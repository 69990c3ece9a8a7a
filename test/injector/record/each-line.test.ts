// The stream that others read has an event for each line, whatever came together.
import { expect, test } from "vitest";
import { eachLine } from "../../../injector/record/each-line.ts";
import type { RunEvent, StreamEvent } from "../../../injector/record/record.ts";

test("lines that came together are told one by one, and everything else as it is", async () => {
  const at = "2026-01-01T00:00:00.000Z";
  const said = { at, step: "step-a", stream: "stdout" } as const;
  async function* events(): AsyncGenerator<StreamEvent> {
    yield { type: "runStarted", at, run: "run", backend: "local" };
    yield { type: "lines", ...said, lines: ["one", "", "three"] };
    yield { type: "log", ...said, line: "four" };
  }
  const seen: RunEvent[] = [];
  for await (const event of eachLine(events())) seen.push(event);
  expect(seen).toEqual([
    { type: "runStarted", at, run: "run", backend: "local" },
    ...["one", "", "three", "four"].map((line) => ({ type: "log", ...said, line })),
  ]);
});
