// make conformance TEKTON=folder: every example of a checkout of tektoncd/pipeline on every backend that runs, compiled to every
// target, and, where TEKTON_VALIDATE names a program, accepted where Tekton accepts it. What came out becomes
// docs/conformance.md; what differs from expected.json is an error.
//
//   ON=local,podman   only these stages   ONLY=regex   only these examples     UPDATE=1   what came out is what is expected

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RENDERERS } from "../../injector/backends/index.ts";
import { readAcceptance } from "./acceptance.ts";
import { type Backend, startBackend } from "./backends.ts";
import { type Example, readExamples } from "./examples.ts";
import { outcomeOf, PASSED } from "./outcomes.ts";
import { differences, type Outcomes, page } from "./page.ts";

const ALL = "local,podman,docker,compile,accept";
const EXPECTED = "test/conformance/expected.json";
const PAGE = "docs/conformance.md";
const { TEKTON = "", TEKTON_VALIDATE, ON = ALL, ONLY = "", UPDATE, LOGS } = process.env;

const examples = readExamples(TEKTON).filter(({ path }) => new RegExp(ONLY).test(path));
const folder = mkdtempSync(join(tmpdir(), "conformance-"));
const files = writeExamples(examples, folder);
const outcomes: Record<string, Record<string, string>> = Object.fromEntries(
  examples.map(({ path }) => [path, {}]),
);
const stages = ON.split(",");
for (const name of stages.filter((name) => !["compile", "accept"].includes(name))) await runOn(name);
if (stages.includes("compile")) for (const target of Object.keys(RENDERERS)) await compileTo(target);
if (stages.includes("accept") && TEKTON_VALIDATE !== undefined) await compareAcceptance(TEKTON_VALIDATE);
rmSync(folder, { recursive: true, force: true });
report(outcomes);

async function runOn(name: string): Promise<void> {
  const backend: Backend = await startBackend(
    name,
    examples.flatMap(({ images }) => images),
  );
  try {
    for (const example of examples)
      record(example, name, await outcomeOf("run", fileOf(example), example.targets, backend));
  } finally {
    await backend.stop();
  }
}

async function compileTo(target: string): Promise<void> {
  const runner = { wrap: [], environment: {}, words: ["--to", target] };
  for (const example of examples)
    record(example, `--to ${target}`, await outcomeOf("compile", fileOf(example), example.targets, runner));
}

async function compareAcceptance(program: string): Promise<void> {
  const accepted = readAcceptance(program, [...files.values()]);
  const runner = { wrap: [], environment: {}, words: [] };
  for (const example of examples) {
    const { outcome, text } = await outcomeOf("validate", fileOf(example), [undefined], runner);
    const theirs = accepted.get(fileOf(example)) ?? "says nothing of it";
    const same = (outcome === PASSED) === (theirs === PASSED);
    record(example, "accepted", {
      outcome: same ? PASSED : `failed: here ${outcome}; by Tekton ${theirs}`,
      text,
    });
  }
}

function record(
  example: Example,
  column: string,
  { outcome, text }: { outcome: string; text: string },
): void {
  const told = outcome !== PASSED && example.need !== undefined ? example.need : outcome;
  const row = outcomes[example.path];
  if (row !== undefined) row[column] = told;
  process.stdout.write(`${column.padEnd(16)} ${example.path}: ${told}\n`);
  if (LOGS === undefined) return;
  const log = join(LOGS, column.replace(/\W+/g, ""), `${example.path.replace(/\//g, "_")}.log`);
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, text);
}

function report(outcomes: Outcomes): void {
  const expected = JSON.parse(readFileSync(EXPECTED, "utf8")) as Outcomes;
  const found = differences(expected, outcomes);
  for (const difference of found) process.stdout.write(`differs: ${difference}\n`);
  if (UPDATE === undefined && found.length > 0) process.exitCode = 1;
  const whole = ONLY === "" && ON === ALL;
  if (UPDATE === undefined && !whole) return;
  const merged = Object.fromEntries(
    Object.keys({ ...(whole ? {} : expected), ...outcomes })
      .sort()
      .map((path) => [path, { ...expected[path], ...outcomes[path] }]),
  );
  if (UPDATE !== undefined) writeFileSync(EXPECTED, `${JSON.stringify(merged, undefined, 2)}\n`);
  writeFileSync(PAGE, page(merged));
}

function writeExamples(examples: readonly Example[], folder: string): ReadonlyMap<string, string> {
  return new Map(
    examples.map(({ path, text }) => {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return [path, file];
    }),
  );
}

function fileOf({ path }: Example): string {
  return files.get(path) ?? path;
}
