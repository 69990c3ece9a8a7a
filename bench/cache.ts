// What a hit costs: restoring many files and one large file beside `cp -a` of the same, and a run of ten cached steps beside
// ten that do nothing. Each pair is timed in turn, so that a noisy machine is noisy for both.

import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { median, milliseconds, note, printTable, spread } from "./report.ts";

const ROUNDS = 3;
const FILES = 50_000;
const LARGE = 1 << 30;
const ENTRYPOINT = resolve("dist/entrypoint");
const CLI = resolve("dist/cli.mjs");
const folder = mkdtempSync(join(tmpdir(), "bench-cache-"));

interface Pair {
  readonly name: string;
  readonly against: string;
  readonly bar: string;
  own(): number;
  other(): number;
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function many(): string {
  const bytes = randomBytes(LARGE / FILES + FILES);
  for (let at = 0; at < FILES; at++) {
    const directory = join(folder, "many", String(at % 500));
    if (at < 500) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, String(at)), bytes.subarray(at % FILES, (at % FILES) + LARGE / FILES));
  }
  return "many";
}

function one(): string {
  mkdirSync(join(folder, "one"));
  const piece = randomBytes(1 << 26);
  for (let at = 0; at < LARGE / piece.length; at++)
    writeFileSync(join(folder, "one/file"), piece, { flag: "a" });
  return "one";
}

function restoring(name: string, what: string): Pair {
  const out = join(folder, "out");
  const request = JSON.stringify({ dir: join(folder, "store"), run: "bench", key: [name] });
  const artifacts = JSON.stringify({ outputs: [{ name: "data", path: join(out, name) }] });
  const step = () => {
    const run = mkdtempSync(join(folder, "run-"));
    const flags = [
      "-post_file",
      `${run}/out`,
      "-step_metadata_dir",
      `${run}/status`,
      "-termination_path",
      `${run}/term`,
    ];
    const command = ["-entrypoint", "cp", "--", "-a", join(folder, name), join(out, name)];
    const { status } = spawnSync(ENTRYPOINT, [
      ...flags,
      "-artifacts",
      artifacts,
      "-cache",
      request,
      ...command,
    ]);
    if (status !== 0) throw new Error(`the step ended with ${status}`);
  };
  const fresh = () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    execFileSync("sync");
  };
  fresh();
  step();
  const own = () => {
    fresh();
    return timed(step);
  };
  const other = () => {
    fresh();
    return timed(() => execFileSync("cp", ["-a", join(folder, name), join(out, name)]));
  };
  return { name: `restore ${what}`, against: "`cp -a`", bar: "1.25x at most", own, other };
}

function tenSteps(): Pair {
  const steps = (fields: string) =>
    Array.from({ length: 10 }, (_, at) => `    - {name: s${at}, script: "${fields}}`).join("\n");
  const task = (name: string, fields: string) => {
    const head = `apiVersion: baton.run/v1alpha1\nkind: Task\nmetadata: {name: ${name}}\nspec:\n  steps:\n`;
    writeFileSync(join(folder, `${name}.yaml`), head + steps(fields));
  };
  task("cached", 'echo 1 > $(step.results.r.path)", results: [{name: r}], cache: true');
  task("plain", 'true"');
  const run = (name: string) =>
    timed(() => {
      const words = [CLI, "run", `${name}.yaml`, "--no-record", "--cache", "store", "-q"];
      execFileSync(process.execPath, words, { cwd: folder, stdio: "ignore" });
    });
  run("cached");
  const [own, other] = [() => run("cached"), () => run("plain")];
  return { name: "a run of ten cached steps", against: "ten of `true`", bar: "2x at most", own, other };
}

try {
  const pairs = [restoring(many(), "50,000 files, 1 GiB"), restoring(one(), "one file of 1 GiB"), tenSteps()];
  printTable(
    `The cache (medians of ${ROUNDS} rounds)`,
    ["", "time", "compared with", "ratio", "half of all rounds"],
    pairs.map(({ name, against, bar, own, other }) => {
      const rounds = Array.from({ length: ROUNDS }, () => ({ own: own(), other: other() }));
      const ratios = rounds.map((round) => round.own / round.other);
      const time = milliseconds(median(rounds.map((round) => round.own)));
      note({ what: name, baton: time, against, ratios, bar });
      return [name, time, against, `${median(ratios).toFixed(2)}x`, spread(ratios)];
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
