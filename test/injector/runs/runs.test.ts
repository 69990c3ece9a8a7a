// Kept runs: what is written while a run goes on, found and read again.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import type { RunEvent, RunRecord } from "../../../injector/record/record.ts";
import { makeRunFolder, nameIn, prune } from "../../../injector/runs/folder.ts";
import { type KeepOptions, keepRun } from "../../../injector/runs/keep.ts";
import { eventsOf, findRun, keptRuns } from "../../../injector/runs/kept.ts";

const at = "2026-01-02T03:04:05.678Z";
const log = (line: string): RunEvent => ({ type: "log", at, step: "step-a", stream: "stdout", line });
const record = (name: string) =>
  ({
    name,
    state: "succeeded",
    startedAt: at,
    finishedAt: at,
    steps: [],
    tasks: [],
    results: [],
    images: [],
    artifacts: [],
  }) as unknown as RunRecord;
const ended = (name: string): RunEvent => ({ type: "runFinished", at, record: record(name) });

function root(): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-runs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "runs");
}

function keep(folder: string, name: string, events: readonly RunEvent[], options: KeepOptions = {}): void {
  const keeper = keepRun(folder, name, options);
  for (const event of events) keeper?.add(event);
}

async function linesOf(folder: string, wanted?: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const event of eventsOf(findRun(folder, wanted)))
    if (event.type === "log") lines.push(event.line);
  return lines;
}

test("a run is found by its id, the beginning of it, its name, its folder, or as the latest", async () => {
  const folder = root();
  keep(folder, "one", [log("from one"), ended("one")]);
  keep(folder, "two", [log("from two"), ended("two")]);
  const ids = keptRuns(folder).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  const two = ids.find((id) => id.endsWith("-two")) ?? "";
  for (const wanted of [two, "two", join(folder, two)])
    expect(findRun(folder, wanted)).toMatchObject({ id: two, state: "succeeded" });
  expect(findRun(folder, undefined).id).toBe(ids[0]);
  expect(await linesOf(folder, "one")).toEqual(["from one"]);
});

test("what is not there is a mistake with a cure", () => {
  const folder = root();
  expect(() => findRun(folder, undefined)).toThrow(UserError);
  keep(folder, "build", [ended("build")]);
  expect(() => findRun(folder, "biuld")).toThrow(/no kept run is called "biuld"/);
});

test("a run whose baton was killed is told from one that goes on", () => {
  const folder = root();
  keep(folder, "mine", [log("x")]);
  expect(keptRuns(folder)).toMatchObject([{ name: "mine", state: "running" }]);
  const dead = makeRunFolder(folder, "dead", new Date());
  writeFileSync(join(dead, "run.json"), JSON.stringify({ name: "dead", startedAt: at, pid: 2 ** 22 + 1 }));
  expect(findRun(folder, "dead").state).toBe("interrupted");
});

test("output beyond the limit is left out, and that is said", async () => {
  const folder = root();
  const lines = Array.from({ length: 100 }, (_, index) => log(`line ${index}`));
  keep(folder, "loud", [...lines, ended("loud")], { limit: 1_000 });
  const told: RunEvent[] = [];
  for await (const event of eventsOf(findRun(folder, "loud"))) told.push(event);
  expect(told.filter(({ type }) => type === "log").length).toBeLessThan(20);
  expect(told).toContainEqual({ type: "notice", at, message: "output beyond this is not kept" });
  expect(told.at(-1)).toMatchObject({ type: "runFinished", record: { name: "loud" } });
});

test("only the latest stay, and only their user can read them", () => {
  const folder = root();
  for (const name of ["a", "b", "c"]) keep(folder, name, [ended(name)], { count: 2 });
  expect(keptRuns(folder)).toHaveLength(2);
  expect(statSync(folder).mode & 0o077).toBe(0);
  prune(folder, { count: 2, days: -2 });
  expect(readdirSync(folder)).toEqual([]);
});

test("where a run cannot be kept, it is said once and goes on", () => {
  const told: string[] = [];
  expect(keepRun("/dev/null/runs", "x", { onFault: (message) => told.push(message) })).toBeUndefined();
  expect(told).toHaveLength(1);
});

test("a folder whose files are pipes or links is a run that has nothing to tell, and is told at once", async () => {
  const folder = root();
  const outside = join(folder, "../outside");
  keep(folder, "bad", [log("kept"), ended("bad")]);
  const bad = keptRuns(folder)[0]?.folder ?? "";
  writeFileSync(outside, `${JSON.stringify(log("OUTSIDE"))}\n`);
  for (const name of readdirSync(bad)) {
    rmSync(join(bad, name));
    if (name === "events.ndjson") symlinkSync(outside, join(bad, name));
    else execFileSync("mkfifo", [join(bad, name)]);
  }
  expect(findRun(folder, "bad")).toMatchObject({ name: "bad", state: "interrupted" });
  expect(await linesOf(folder, "bad")).toEqual([]);
});

test("of runs that begin in one moment the last is the latest, by whatever name", () => {
  const folder = root();
  const now = new Date("2026-11-26T22:34:15.999Z");
  const made = ["b", "b", "a", "b"].map((name) => basename(makeRunFolder(folder, name, now)));
  expect(made.toSorted()).toEqual(made);
  expect(made.map(nameIn)).toEqual(["b", "b", "a", "b"]);
  expect(findRun(folder, "b").id).toBe(made[3]);
  expect(findRun(folder, "a").id).toBe(made[2]);
});
