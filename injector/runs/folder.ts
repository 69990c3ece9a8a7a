// Where runs are kept: a folder for each, below one folder of the user's. Its name begins with the time, so that names
// sort as runs began.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { textBeneath } from "../beneath/read.ts";

/** `$XDG_STATE_HOME/baton/runs`, by default `~/.local/state/baton/runs` (XDG Base Directory Specification). */
export const runsFolder = (environment: Readonly<Record<string, string | undefined>>): string =>
  join(environment["XDG_STATE_HOME"] || join(homedir(), ".local/state"), "baton/runs");

/** What a kept run's folder holds. */
export const FILES = {
  /** Who runs it and since when: written first. */
  start: "run.json",
  /** Every event, a line each, as it happened. */
  events: "events.ndjson",
  /** The graph of its steps (`RunGraph`). */
  graph: "graph.json",
  /** The record: written last, whole or not at all. */
  record: "record.json",
  /** What each Task was (`Definitions`), for a run that goes on from this one. */
  definitions: "definitions.json",
  /** What of the record its lineage needs (`RunLineage`). */
  lineage: "lineage.json",
  /** In place of it, where baton refused to run it, or to go on: what was wrong, as diagnostics. */
  refusal: "refusal.json",
} as const;

export interface RunStart {
  readonly name: string;
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** Of the baton that runs it. */
  readonly pid: number;
}

/** Makes the folder of a run that begins now. Only its user may read it: it holds what steps said. */
export function makeRunFolder(root: string, name: string, now: Date): string {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const taken = new Set(runNames(root).map((one) => one.slice(0, one.length - nameIn(one).length)));
  for (let later = 0; ; later++) {
    const stamp = `${stampOf(new Date(now.getTime() + later))}-`;
    if (taken.has(stamp)) continue;
    const folder = join(root, `${stamp}${name}`);
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** `20261126-223415.123`, UTC: to the millisecond, so that names sort as runs began. */
const stampOf = (time: Date): string => time.toISOString().replace(/[-:Z]/g, "").replace("T", "-");

/** A run's own name, as the name of its folder says it. */
export const nameIn = (folder: string): string => folder.replace(STAMP, "");

const STAMP = /^\d{8}-\d{6}(?:\.\d{3})?-/;

/** Names of the folders of runs, the oldest first. */
export function runNames(root: string): readonly string[] {
  try {
    return readdirSync(root)
      .filter((name) => STAMP.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** Keeps the latest `count` runs that are not older than `days`; one that is still running is left alone. */
export function prune(
  root: string,
  { count, days }: { readonly count: number; readonly days: number },
): void {
  const oldest = new Date(Date.now() - days * 86_400_000).toISOString().replace(/[-:]/g, "").slice(0, 8);
  const names = runNames(root);
  const old = names.filter((name, at) => at < names.length - count || name < oldest);
  for (const name of old.filter((one) => !isRunning(join(root, one))))
    rmSync(join(root, name), { recursive: true, force: true });
}

/** Whether the baton that began it lives and has not ended it. */
export function isRunning(folder: string): boolean {
  if ([FILES.record, FILES.refusal].some((file) => readJson(folder, file) !== undefined)) return false;
  const start = readJson(folder, FILES.start) as RunStart | undefined;
  if (start === undefined) return false;
  try {
    process.kill(start.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** undefined where there is no such file, or it is no JSON. */
export function readJson(folder: string, name: string): unknown {
  try {
    return JSON.parse(textBeneath(folder, name, LONGEST) ?? "");
  } catch {
    return undefined;
  }
}

/** Of a record: the same as where one is named (`attest`). */
const LONGEST = 256 << 20;
