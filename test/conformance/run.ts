// make conformance TEKTON=folder: every example of a checkout of tektoncd/pipeline on every backend that runs, compiled to every
// target, and, where TEKTON_VALIDATE names a program, accepted where Tekton accepts it. What came out becomes
// docs/conformance.md; what differs from expected.json is an error.
//
//   ON=local,compile   only these stages   ONLY=regex   only these examples     UPDATE=1   what came out is what is expected

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readAcceptance } from "./acceptance.ts";
import { startBackend } from "./backends.ts";
import { accepted, compiled, TARGETS } from "./compiled.ts";
import { type Example, readExamples } from "./examples.ts";
import { commandsOf } from "./images.ts";
import { outcomeOf, PASSED } from "./outcomes.ts";
import { ACCEPTED, differences, type Outcomes, page, RUNS } from "./page.ts";

const ALL = [...RUNS, "compile", "accept"];
const EXPECTED = "test/conformance/expected.json";
const PAGE = "docs/conformance.md";
const HEAD = "test/conformance/page-head.md";
/** Of single examples, why nobody can run them, or not there. */
type Reasons = Readonly<Record<string, string | Readonly<Record<string, string>>>>;
const REASONS = "test/conformance/reasons.json";
/** What a target has no words for, or nobody can know before the run (docs/backends.md). */
const BEYOND =
  /^failed: (not-in-taskrun|several-pods|result-crosses-pods|shape-not-known|data-not-given|volume-not-portable)(?=:)/;
const { TEKTON = "", TEKTON_VALIDATE, ON = ALL.join(), ONLY = "", UPDATE, LOGS } = process.env;

const reasons = JSON.parse(readFileSync(REASONS, "utf8")) as Reasons;
const examples = readExamples(TEKTON).filter(({ path }) => new RegExp(ONLY).test(path));
const images = [...new Set(examples.flatMap((example) => example.images))].sort();
const folder = mkdtempSync(join(tmpdir(), "conformance-"));
// Nothing of the user's is read or left.
for (const kind of ["CACHE", "DATA", "STATE"])
  process.env[`XDG_${kind}_HOME`] = join(folder, kind.toLowerCase());
const files = writeExamples();
const outcomes: Record<string, Record<string, string>> = Object.fromEntries(
  examples.map(({ path }) => [path, {}]),
);
const stages = ON.split(",");
for (const name of RUNS) if (stages.includes(name)) await runOn(name);
if (stages.includes("compile")) await compileAll();
if (stages.includes("accept") && TEKTON_VALIDATE !== undefined) compareAcceptance(TEKTON_VALIDATE);
rmSync(folder, { recursive: true, force: true });
report(outcomes);

async function runOn(name: string): Promise<void> {
  const backend = await startBackend(name, images);
  try {
    for (const example of examples) {
      const { outcome, text } = await outcomeOf(fileOf(example), example.targets, backend);
      record(example, name, outcome);
      if (LOGS !== undefined) keepLog(join(LOGS, name, `${example.path.replace(/\//g, "_")}.log`), text);
    }
  } finally {
    await backend.stop();
  }
}

async function compileAll(): Promise<void> {
  const commands = commandsOf(images);
  for (const target of TARGETS)
    for (const example of examples)
      record(example, `--to ${target}`, await compiled(example, target, commands));
}

function compareAcceptance(program: string): void {
  const theirs = readAcceptance(program, [...files.values()]);
  for (const example of examples) {
    const [here, there] = [accepted(example), theirs.get(fileOf(example)) ?? "says nothing of it"];
    const same = (here === PASSED) === (there === PASSED);
    record(example, ACCEPTED, same ? PASSED : `differs: here ${here}; by Tekton ${there}`);
  }
}

function record(example: Example, column: string, outcome: string): void {
  const told = toldOf(example, column, outcome);
  const row = outcomes[example.path];
  if (row !== undefined) row[column] = told;
  process.stdout.write(`${column.padEnd(16)} ${example.path}: ${told}\n`);
}

/** Why it cannot, where that is known. */
function toldOf({ path, need }: Example, column: string, outcome: string): string {
  if (outcome === PASSED) return outcome;
  const own = reasons[path];
  const reason = (typeof own === "object" ? own[column] : own) ?? need;
  if (reason !== undefined) return reason;
  if (outcome.startsWith("failed: no-command")) return "image: it runs what its image runs by itself";
  return outcome.replace(BEYOND, "refused: $1");
}

function keepLog(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function report(found: Outcomes): void {
  const expected = JSON.parse(readFileSync(EXPECTED, "utf8")) as Outcomes;
  const unexpected = differences(expected, found);
  for (const difference of unexpected) process.stdout.write(`differs: ${difference}\n`);
  process.stdout.write(`${unexpected.length} differences\n`);
  if (UPDATE === undefined) {
    if (unexpected.length > 0) process.exitCode = 1;
    return;
  }
  const paths = Object.keys({ ...(ONLY === "" ? {} : expected), ...found }).sort();
  const merged = Object.fromEntries(paths.map((path) => [path, { ...expected[path], ...found[path] }]));
  writeFileSync(EXPECTED, `${JSON.stringify(merged, undefined, 2)}\n`);
  writeFileSync(PAGE, page(readFileSync(HEAD, "utf8"), merged));
}

function writeExamples(): ReadonlyMap<string, string> {
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
