// Every known ending has an example, is told from all others by it, and stands in docs/explain.md in the same words.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explain, explainStep, KNOWN_ENDINGS } from "../../../injector/explain/explain.ts";
import type { RunRecord } from "../../../injector/record/record.ts";
import { EXAMPLES, type Example, statusOf } from "./_examples.ts";

const explained = ({ status, lines = [], on = "podman" }: Example) =>
  explainStep({ status: statusOf(status), lines, on });

test.each(EXAMPLES)("$ending: $status.message $lines", (example) => {
  const { ending, why, cure } = explained(example);
  expect(ending).toBe(example.ending);
  for (const words of [why, cure]) expect(words).not.toMatch(/undefined|^$/);
});

test("each known ending has an example, and its name once", () => {
  const names = KNOWN_ENDINGS.map(({ name }) => name);
  expect(names.filter((name) => !EXAMPLES.some(({ ending }) => ending === name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test("the page has each ending once, in the words of its first example", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/explain.md"), "utf8");
  const sections = page.split(/^### /m).slice(1);
  const wanted = KNOWN_ENDINGS.map(({ name }) => {
    const { message, why, cure } = explained(EXAMPLES.find(({ ending }) => ending === name) as Example);
    const seen = message === "" ? [] : ["```log", ...wrapped(message), "```", ""];
    return [name, "", ...seen, ...wrapped(`Why: ${why}.`), "", ...wrapped(`Cure: ${cure}.`), ""].join("\n");
  });
  expect(sections.map((text) => `${text.trimEnd()}\n`)).toEqual(wanted);
});

test("an ending by words of the output shows the line that tells it, and its neighbours", () => {
  const noise = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const lines = [...noise, "cp: No space left on device", "after 1", "after 2", "after 3"];
  const status = statusOf({ by: "command", exitCode: 1 });
  expect(explainStep({ status, lines, on: "local" }).lines).toEqual([
    "line 27",
    "line 28",
    "line 29",
    "cp: No space left on device",
    "after 1",
    "after 2",
  ]);
});

test("of a run only those steps are explained that made it fail", () => {
  const steps = [
    statusOf({ step: "a", by: "command", exitCode: 3 }),
    statusOf({ step: "b", state: "skipped", cause: { step: "a", state: "failed" } }),
    statusOf({ step: "c", by: "command", exitCode: 1, tolerated: true }),
  ];
  const record = { backend: "local", state: "failed", steps } as unknown as RunRecord;
  expect(explain(record, () => []).map(({ step, ending }) => [step, ending])).toEqual([["a", "exit-code"]]);
});

test("of a cancelled run the steps are explained that were running", () => {
  const cancelled = { reason: "Cancelled", state: "cancelled", message: "cancelled by SIGINT" } as const;
  const steps = [statusOf({ step: "a", ...cancelled }), statusOf({ step: "b", state: "skipped" })];
  const record = { backend: "local", state: "cancelled", steps } as unknown as RunRecord;
  expect(explain(record, () => []).map(({ ending }) => ending)).toEqual(["cancelled-signal"]);
});

/** As the page breaks its lines. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 118) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
