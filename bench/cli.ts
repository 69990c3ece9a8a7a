// What the command line costs: cold starts against Node's own, a file of 5,000 lines, and whole local runs of steps that
// do nothing. Medians of alternating rounds, so that a noisy machine is noisy for all.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { median, milliseconds, note, printTable, spread } from "./report.ts";

const ROUNDS = 11;
const OUTPUT_BYTES = 100_000_000;
const CLI = resolve("dist/cli.mjs");
const folder = mkdtempSync(join(tmpdir(), "bench-cli-"));

interface Case {
  readonly name: string;
  readonly words: readonly string[];
  /** What it is compared with, where that is not Node alone. */
  readonly against?: string;
  readonly bar?: string;
}

const NODE = "`node -e 0`";
const cases: readonly Case[] = [
  { name: NODE, words: ["-e", "0"] },
  { name: "an empty module", words: [emptyModule()] },
  { name: "`baton --version`", words: [CLI, "--version"] },
  { name: "`baton --help`", words: [CLI, "--help"], bar: "1.1x at most" },
  { name: "`baton run --help`", words: [CLI, "run", "--help"] },
  { name: "`baton validate`, 5 lines", words: [CLI, "validate", file("small.yaml", 1, "true")] },
  {
    name: "`baton validate`, 5,000 lines",
    words: [CLI, "validate", file("large.yaml", 1_666, "echo hello")],
    bar: "3x at most",
  },
  ...[1, 20, 100].flatMap(runCases),
  ...outputCases(),
];

const times = cases.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++)
  cases.forEach(({ words }, at) => {
    times[at]?.push(timed(words));
  });
rmSync(folder, { recursive: true });

printTable(
  `The command line (medians of ${ROUNDS} rounds)`,
  ["", "time", "compared with", "ratio", "half of all rounds"],
  cases.map(({ name, against = NODE, bar }, at) => {
    const own = times[at] ?? [];
    const other = times[cases.findIndex((one) => one.name === against)] ?? [];
    const ratios = own.map((time, round) => time / (other[round] ?? Number.NaN));
    const time = milliseconds(median(own));
    if (bar !== undefined) note({ what: name, baton: time, against, ratios, bar });
    return [name, time, against, `${median(ratios).toFixed(2)}x`, spread(ratios)];
  }),
);

/** What Node takes for any program of its own kind. */
function emptyModule(): string {
  const path = join(folder, "empty.mjs");
  writeFileSync(path, "");
  return path;
}

/** Beside what Node takes to start bubblewrap so often, one after the other. */
function runCases(steps: number): readonly Case[] {
  const byHand = `bubblewrap from Node, ${steps} × \`true\``;
  return [
    { name: byHand, words: [sandboxes(), String(steps)] },
    {
      name: `\`baton run\`, ${steps} × \`true\``,
      words: [CLI, "run", file(`run-${steps}.yaml`, steps, "true")],
      against: byHand,
      bar: `${steps === 1 ? "1.5" : "4"}x at most`,
    },
  ];
}

function sandboxes(): string {
  const path = join(folder, "sandboxes.mjs");
  const words = ["--unshare-pid", "--unshare-ipc", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
  writeFileSync(
    path,
    `import { spawn } from "node:child_process";
    const words = ${JSON.stringify([...words, "true"])};
    for (let left = Number(process.argv[2]); left > 0; left -= 1)
      await new Promise((end) => spawn("bwrap", words, { stdio: "ignore" }).once("close", end));`,
  );
  return path;
}

/** Lines of 70 characters, as a step says them and as `cat` hands them on. */
function outputCases(): readonly Case[] {
  const say = `yes ${"0123456789".repeat(7).slice(1)} | head -c ${OUTPUT_BYTES}`;
  const byHand = "`cat`, 100 MB of lines";
  const shell = `require("node:child_process").spawnSync("sh", ["-c", ${JSON.stringify(`${say} | cat`)}], { stdio: "ignore" })`;
  const path = join(folder, "output.yaml");
  const step = { name: "say", image: "busybox", script: `#!/bin/sh\n${say}\n` };
  const task = {
    apiVersion: "tekton.dev/v1",
    kind: "Task",
    metadata: { name: "bench" },
    spec: { steps: [step] },
  };
  writeFileSync(path, JSON.stringify(task));
  return [
    { name: byHand, words: ["-e", shell] },
    {
      name: "`baton run`, 100 MB of lines",
      words: [CLI, "run", path, "--no-record"],
      against: byHand,
      bar: "2x at most",
    },
  ];
}

/** A Task of so many steps, three lines each. */
function file(name: string, steps: number, command: string): string {
  const lines = Array.from(
    { length: steps },
    (_, at) =>
      `    - name: s${at}\n      image: busybox\n      command: ${JSON.stringify(command.split(" "))}`,
  );
  const path = join(folder, name);
  const head = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: bench}\nspec:\n  steps:";
  writeFileSync(path, `${[head, ...lines].join("\n")}\n`);
  return path;
}

function timed(words: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
