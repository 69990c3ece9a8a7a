// What a run looks like: on a terminal, through a pipe, and at its end.
import { expect, test } from "vitest";
import type { StepStatus } from "../../../entrypoint/protocol/index.ts";
import { painter } from "../../../injector/cli/screen/colour.ts";
import { failure } from "../../../injector/cli/screen/failure.ts";
import { githubView } from "../../../injector/cli/screen/github.ts";
import { groupedView } from "../../../injector/cli/screen/grouped.ts";
import { junit } from "../../../injector/cli/screen/junit.ts";
import { liveView } from "../../../injector/cli/screen/live.ts";
import { plainView } from "../../../injector/cli/screen/plain.ts";
import { Starts } from "../../../injector/cli/screen/started.ts";
import { heading, summary } from "../../../injector/cli/screen/summary.ts";
import { Tails } from "../../../injector/cli/screen/tails.ts";
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
  expect(text).toBe(
    "note: be aware\n[build] started\n[build] compiling\n[build] succeeded in 1.00s\n[push] attempt 2\n",
  );
});

test("on a terminal each step has a line that is redrawn below the output", () => {
  const terminal = screen(80, 24);
  const view = liveView(terminal.stream, paint);
  view.add(plan);
  for (const event of events.slice(0, -1)) view.show(event);
  expect(terminal.lines()).toEqual([
    "note: be aware",
    "[build] compiling",
    expect.stringMatching(/^✓ build {2}succeeded/),
    expect.stringMatching(/^▸ push {3}running/),
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
  expect(lines).toHaveLength(3);
  expect(lines.every((line) => line.length < 20)).toBe(true);
  expect(lines.join("\n")).toContain("▸ s40");
  expect(lines.at(-1)).toBe("  … 48 waiting");
  view.show({ type: "runFinished", at, record });
});

test("the end of a run: how it went, where the time went, the results", () => {
  expect(heading(record, paint)).toBe("demo failed in 4.00s: step-push failed: exit code 3");
  expect(summary(record, paint)).toBe(`
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

test("the last word of a run that failed: the step, its last lines, what to type to run it again", () => {
  const tails = new Tails();
  for (let index = 0; index < 30; index++)
    tails.add({ type: "log", at, step: "step-push", stream: "stdout", line: `line ${index}` });
  const failed = { ...aStatus("failed", 2, { step: "step-push" }), message: "the command exited with 3" };
  const said = failure({ ...record, steps: [failed] }, tails, "baton run x.yaml -p 'a=b c'", paint);
  expect(said.split("\n")).toEqual([
    "",
    "[push] the command exited with 3",
    ...Array.from({ length: 10 }, (_, index) => `  │ line ${index + 20}`),
    "",
    "demo failed in 4.00s: step-push failed: exit code 3",
    "again: baton run x.yaml -p 'a=b c'",
    "",
  ]);
});

test("many skipped steps are a count", () => {
  const steps = Array.from({ length: 9 }, (_, index) => aStatus("skipped", 0, { step: `step-s${index}` }));
  expect(summary({ ...record, steps }, paint)).toContain("\n  … 9 steps skipped\n");
});

test("what waits says for whom", () => {
  const terminal = screen(40, 24);
  const view = liveView(terminal.stream, paint);
  const needs = [{ step: 0, on: "succeeded" as const }];
  view.add(aPlan({ steps: [aStep(0, { id: "step-a" }), aStep(1, { id: "step-b", needs })] }));
  view.show({ type: "stepStarted", at, step: "step-a", attempt: 1 });
  expect(terminal.lines().at(-1)).toBe("· b  waits for a");
  view.say("stopping the steps\n");
  expect(terminal.lines()[0]).toBe("stopping the steps");
});

test("in groups, what a step says stands in one piece", () => {
  const shown: string[] = [];
  const view = groupedView({
    add: () => undefined,
    say: () => undefined,
    show: (event) => shown.push(event.type === "log" ? event.line : event.type),
  });
  const log = (step: string, line: string): RunEvent => ({ type: "log", at, step, stream: "stdout", line });
  for (const event of [log("a", "a1"), log("b", "b1"), log("a", "a2")]) view.show(event);
  view.show({ type: "stepFinished", at, step: "a", status: aStatus("succeeded") });
  view.show({ type: "runFinished", at, record });
  expect(shown).toEqual(["a1", "a2", "stepFinished", "b1", "runFinished"]);
});

test("on GitHub Actions no line of a step is a command", () => {
  let text = "";
  const view = githubView(
    (more) => {
      text += more;
    },
    paint,
    undefined,
  );
  view.show({ type: "log", at, step: "step-build", stream: "stdout", line: "::set-env name=X::y" });
  view.show({ type: "stepFinished", at, step: "step-build", status: aStatus("failed") });
  view.show({ type: "runFinished", at, record });
  const [, token] =
    /^::group::build failed.*\n::stop-commands::(.+)\n::set-env name=X::y\n/m.exec(text) ?? [];
  expect(text).toContain(`\n::${token}::\n::endgroup::\n`);
  expect(text).toMatch(/^::error file=.*,line=1,title=push failed::/m);
});

test("JUnit has a suite for each Task and a case for each step", () => {
  const task = { name: "t", state: "failed", steps: ["step-build", "step-push"], results: [] } as const;
  const xml = junit({ ...record, tasks: [task] }, new Tails());
  expect(xml).toContain('<testsuites name="demo" tests="2" failures="1" skipped="0" time="4.000">');
  expect(xml).toContain('<testcase classname="t" name="build" time="1.000"/>');
  expect(xml).toMatch(/<testcase classname="t" name="push" time="1.000"><failure type="failed"/);
});

test("a step of a matrix is called by its values", () => {
  const label = "train[lr=0.1]-fit";
  const id = "step-train-0-fit";
  const labelled = aPlan({
    steps: [aStep(0, { id, label }), aStep(1, { id: "step-pick", needs: [{ step: 0, on: "succeeded" }] })],
  });
  const written: string[] = [];
  const write = (more: string) => void written.push(more);
  const terminal = screen(60, 24);
  const views = [
    plainView(write, paint),
    githubView(write, paint, undefined),
    liveView(terminal.stream, paint),
  ];
  const status = { ...aStatus("failed", 1, { step: id, exitCode: 3 }), label };
  const waited: StepStatus = {
    ...{ protocol: 1, step: "step-pick", state: "skipped", attempt: 1, waitingSince: at },
    ...{ message: `${id} failed`, cause: { step: id, state: "failed" } },
  };
  const ended = { ...record, steps: [status, waited] };
  for (const view of views) {
    view.add(labelled);
    view.show({ type: "stepStarted", at, step: id, attempt: 1 });
    view.show({ type: "log", at, step: id, stream: "stdout", line: "epoch 1" });
    view.say("");
  }
  expect(terminal.lines()).toEqual([
    expect.stringContaining("[train[lr=0.1]-fit] epoch 1"),
    expect.stringContaining("▸ train[lr=0.1]-fit  running"),
    expect.stringContaining("waits for train[lr=0.1]-fit"),
  ]);
  for (const view of views) {
    view.show({ type: "stepFinished", at, step: id, status });
    view.show({ type: "runFinished", at, record: ended });
  }
  const suite = {
    name: "train-0",
    label: "train[lr=0.1]",
    state: "failed",
    steps: [id, waited.step],
    results: [],
  } as const;
  const ends = [summary(ended, paint), failure(ended, new Tails(), undefined, paint)];
  const all = [...written, ...ends, junit({ ...ended, tasks: [suite] }, new Tails())].join("\n");
  expect(all).toContain("[train[lr=0.1]-fit] started\n");
  expect(all).toContain("::group::train[lr=0.1]-fit failed");
  expect(all).toContain("title=train[lr=0.1]-fit failed::");
  expect(all).toContain("\n  train[lr=0.1]-fit  failed");
  expect(all).toMatch(/^ {2}pick +skipped +train\[lr=0.1\]-fit failed$/m);
  expect(all).toContain("\n[train[lr=0.1]-fit] ");
  expect(all).toContain('<testcase classname="train[lr=0.1]" name="train[lr=0.1]-fit"');
  expect(all).not.toContain("train-0");
});

test("in the long version the end tells how each step was started, and no variable", () => {
  const env = [{ name: "TOKEN", value: "hunter2" }];
  const image = { image: "alpine:3", workingDir: "/workspace/source", env };
  const starts = new Starts();
  starts.add(
    aPlan({
      steps: [
        aStep(0, {
          ...{ ...image, id: "step-train-0-fit", label: "train[lr=0.1]-fit" },
          ...{ command: ["sh", "-c", "echo a b\necho $TOKEN"], args: ["$(tasks.list.results.n)"] },
        }),
        aStep(1, { id: "step-push", args: ["--to", "x"], env }),
        aStep(2, { id: "step-never" }),
        aStep(3, { id: "step-kept" }),
      ],
    }),
  );
  const steps = [
    aStatus("succeeded", 0, { step: "step-train-0-fit" }),
    aStatus("succeeded", 0, { step: "step-push" }),
    { protocol: 1, step: "step-never", state: "skipped", attempt: 1, waitingSince: at } as const,
    aStatus("succeeded", 0, { step: "step-kept", cache: { hit: true } }),
  ];
  const results = [
    { name: "accuracy", value: "0.9" },
    { name: "files", value: ["ä", "b"] },
  ];
  const task = { name: "train-0", label: "train[lr=0.1]", state: "succeeded", steps: [], results } as const;
  expect(starts.text({ ...record, backend: "docker", steps, tasks: [task] })).toBe(`
  step               image     started in         command
  train[lr=0.1]-fit  alpine:3  /workspace/source  sh -c 'echo a b\\necho $TOKEN' '$(tasks.list.results.n)'
  push                         (the image's own)  true --to x

  task           result    size
  train[lr=0.1]  accuracy  3 B
  train[lr=0.1]  files     10 B
`);
  expect(starts.text({ ...record, steps })).toContain("\n  train[lr=0.1]-fit  sh       /workspace/source");
  expect(starts.text({ ...record, steps })).toContain(
    "\n  push               true     /workspace         true --to x\n",
  );
  expect(starts.text({ ...record, steps: [], tasks: [] })).toBe("");
});

test("a step without a command of its own runs its image's, and a long command is cut", () => {
  const starts = new Starts();
  const { command: _own, ...step } = aStep(0, { id: "step-build", image: "tool", args: ["--fast"] });
  starts.add(aPlan({ steps: [step, aStep(1, { id: "step-push", image: "tool", args: ["x".repeat(400)] })] }));
  const text = starts.text({ ...record, backend: "podman" });
  expect(text).toContain("(the image's own) --fast\n");
  expect(text).toContain(`true ${"x".repeat(295)}… (405 characters)\n`);
});

/** A terminal that understands what is used: newlines, "up n lines", "erase to the end". */
function screen(columns: number, rows: number) {
  let lines: string[] = [""];
  const write = (text: string): void => {
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
  };
  return { stream: { isTTY: true, columns, rows, write, draw: write }, lines: () => lines.slice(0, -1) };
}
