// Who is made to wait by shared data is told behind the start of the run, and not at length.
import { expect, test } from "vitest";
import type { StreamEvent } from "../../../injector/record/record.ts";
import { orderNotices, withNotices } from "../../../injector/run/notes.ts";

const note = (message: string, kind: "order" | "cut" = "order") => ({ kind, tasks: [], message });
const messages = (events: readonly StreamEvent[]) =>
  events.map((event) => (event.type === "notice" ? event.message : event.type));

test("orders are told, other decisions are not", () => {
  expect(messages(orderNotices({ notes: [note("b after a"), note("cut", "cut")] }))).toEqual(["b after a"]);
});

test("of many the first are told, and how many more there are", () => {
  const notes = Array.from({ length: 9 }, (_, at) => note(`${at}`));
  expect(messages(orderNotices({ notes }))).toEqual([..."01234", "and 4 more such orders: baton plan"]);
});

test("they stand behind the start of the run", async () => {
  const at = "2026-01-02T03:04:05.678Z";
  const told: StreamEvent[] = [];
  async function* events(): AsyncGenerator<StreamEvent, void> {
    yield { type: "runStarted", at, run: "r", backend: "local" };
    yield { type: "notice", at, message: "later" };
  }
  for await (const event of withNotices(() => orderNotices({ notes: [note("x")] }), events()))
    told.push(event);
  expect(messages(told)).toEqual(["runStarted", "x", "later"]);
});
