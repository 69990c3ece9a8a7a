// What a run looks like: on a terminal, through a pipe, and at its end.
import type { WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { painter } from "../../../injector/cli/screen/colour.ts";
import { liveView } from "../../../injector/cli/screen/live.ts";
import { plainView } from "../../../injector/cli/screen/plain.ts";
import { summary } from "../../../injector/cli/screen/summary.ts";
import type { RunEvent, RunRecord } from "../../../injector/record/record.ts";
import { duration } from "../../../injector/record/units.ts";
import { aPlan, aStatus, aStep } from "../_plan.ts";

const at = "2026-01-01T00:00:00.000Z";
const paint = painter(false);
const plan = aPlan({ steps: [aStep(0, { id: "step-build" }), aStep(1, { id: "step-push" })] });
const record: RunRecord = {
  apiVersion: "baton.run/v1alpha1",
  kind: "RunRecord",
  id: "1",
  version: "0",
  images: [],
  name: "demo",
  source: plan.source,
  backend: "local",
  state: "failed",
  message: "step-push failed: exit code 3",
  exitCode: 3,
  startedAt: at,
  finishedAt: "2026-01-01T00:00:04.000Z",
  tasks: [],
  steps: [
    aStatus("succeeded", 0, { step: "step-build" }),
    aStatus("failed", 2, { step: "step-push", attempt: 2 }),
  ],
  artifacts: [
    { name: "image", step: "step-build", uri: "oci://r/i", digest: { sha256: "ab".repeat(32) } },
    {
      name: "site",
      step: "step-build",
      uri: "git+https://example.com/r@0",
      digest: { dirHash: "cd".repeat(32), gitCommit: "0" },
      size: 2_345_678,
      buildOutput: true,
    },
  ],
  results: [
    { name: "commit", value: "abc\n" },
    { name: "list", value: ["a", "b"] },
  ],
};
const events: readonly RunEvent[] = [
  { type: "runStarted", at, run: "demo", backend: "local" },
  { type: "notice", at, message: "be aware" },
  { type: "stepStarted", at, step: "step-build", attempt: 1 },
  { type: "log", at, step: "step-build", stream: "stdout", line: "compiling" },
  { type: "stepFinished", at, step: "step-build", status: aStatus("succeeded") },
  { type: "stepStarted", at, step: "step-push", attempt: 2 },
  { type: "runFinished", at, record },
];

test.each([
  [7.4, "7ms"],
  [999.4, "999ms"],
  [1_240, "1.24s"],
  [12_340, "12.3s"],
  [59_990, "1m00s"],
  [125_000, "2m05s"],
  [3_720_000, "1h02m"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("through a pipe each line says whose it is, and nothing is drawn", () => {
  let text = "";
  const view = plainView((more) => {
    text += more;
  }, paint);
  for (const event of events) view.show(event);
  expect(text).toBe("note: be aware\n[build] compiling\n[build] succeeded in 1.00s\n[push] attempt 2\n");
});

test("on a terminal each step has a line that is redrawn below the output", () => {
  const terminal = screen(80, 24);
  const view = liveView(terminal.stream, paint);
  view.add(plan);
  for (const event of events.slice(0, -1)) view.show(event);
  expect(terminal.lines()).toEqual([
    "note: be aware",
    "[build] compiling",
    expect.stringMatching(/^✓ build {2}succeeded {3}/),
    expect.stringMatching(/^▸ push {3}running {5}/),
  ]);
  view.show({ type: "runFinished", at, record });
  expect(terminal.lines()).toEqual(["note: be aware", "[build] compiling"]);
});

test("more steps than lines: what runs is shown, and how many more there are", () => {
  const steps = Array.from({ length: 50 }, (_, index) => aStep(index, { id: `step-s${index}` }));
  const terminal = screen(20, 8);
  const view = liveView(terminal.stream, paint);
  view.add(aPlan({ steps }));
  view.show({ type: "runStarted", at, run: "demo", backend: "local" });
  view.show({ type: "stepStarted", at, step: "step-s40", attempt: 1 });
  const lines = terminal.lines();
  expect(lines).toHaveLength(6);
  expect(lines.every((line) => line.length < 20)).toBe(true);
  expect(lines.join("\n")).toContain("▸ s40");
  expect(lines.at(-1)).toBe("  … 45 more steps");
  view.show({ type: "runFinished", at, record });
});

test("the end of a run: how it went, where the time went, the results", () => {
  expect(summary(record, paint)).toBe(`
demo failed in 4.00s: step-push failed: exit code 3

  step   state                started   took
  build  succeeded               +0ms  1.00s  ██████··················
  push   failed (2 attempts)   +2.00s  1.00s  ············██████······

results
  commit  abc
  list    ["a","b"]

artifacts
  image  sha256:abababababab           oci://r/i
  site   dirHash:cdcdcdcdcdcd  2.3 MB  git+https://example.com/r@0
`);
});

/** A terminal that understands what is used: newlines, "up n lines", "erase to the end". */
function screen(columns: number, rows: number) {
  let lines: string[] = [""];
  const write = (text: string): boolean => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
    for (const part of text.split(/(\u001b\[\d+A\u001b\[0J)/)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
      const up = /^\u001b\[(\d+)A/.exec(part)?.[1];
      if (up !== undefined) lines = [...lines.slice(0, lines.length - 1 - Number(up)), ""];
      else {
        const [first = "", ...rest] = part.split("\n");
        lines = [...lines.slice(0, -1), `${lines.at(-1)}${first}`, ...rest];
      }
    }
    return true;
  };
  return { stream: { columns, rows, write } as unknown as WriteStream, lines: () => lines.slice(0, -1) };
}
