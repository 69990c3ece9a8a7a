// What the command line costs: cold starts against Node's own, a file of 5,000 lines, and whole local runs of steps that
// do nothing. Medians of alternating rounds, so that a noisy machine is noisy for all.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { median, milliseconds, printTable, spread } from "./report.ts";

const ROUNDS = 11;
const CLI = resolve("dist/cli.mjs");
const folder = mkdtempSync(join(tmpdir(), "bench-cli-"));

const cases: readonly (readonly [string, readonly string[]])[] = [
  ["`node -e 0`", ["-e", "0"]],
  ["an empty module", [emptyModule()]],
  ["`baton --version`", [CLI, "--version"]],
  ["`baton --help`", [CLI, "--help"]],
  ["`baton run --help`", [CLI, "run", "--help"]],
  ["`baton validate`, 5 lines", [CLI, "validate", file("small.yaml", 1, "true")]],
  ["`baton validate`, 5,000 lines", [CLI, "validate", file("large.yaml", 1_666, "echo hello")]],
  ...[1, 20, 100].map((steps) => runCase(steps)),
];

const times = cases.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++)
  cases.forEach(([, words], at) => {
    times[at]?.push(timed(words));
  });
rmSync(folder, { recursive: true });

printTable(
  `The command line (medians of ${ROUNDS} rounds)`,
  ["", "time", "of `node -e 0`", "half of all rounds"],
  cases.map(([name], at) => {
    const own = times[at] ?? [];
    const ratios = own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN));
    return [name, milliseconds(median(own)), `${median(ratios).toFixed(2)}x`, spread(ratios)];
  }),
);

/** What Node takes for any program of its own kind. */
function emptyModule(): string {
  const path = join(folder, "empty.mjs");
  writeFileSync(path, "");
  return path;
}

function runCase(steps: number): readonly [string, readonly string[]] {
  return [`\`baton run\`, ${steps} × \`true\``, [CLI, "run", file(`run-${steps}.yaml`, steps, "true")]];
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
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
