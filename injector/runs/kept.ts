// Runs that were kept: which there are, which one is meant, and what is in it.

import { createReadStream, existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { givenText, openBeneath } from "../beneath/read.ts";
import { type Diagnostic, mistake } from "../diagnostics/diagnostic.ts";
import { listed, nearest } from "../diagnostics/nearest.ts";
import type { RunGraph } from "../pictures/graph.ts";
import { parseRecord } from "../provenance/parse-record.ts";
import type { RunEvent, RunRecord } from "../record/record.ts";
import { FILES, isRunning, nameIn, type RunStart, readJson, runNames } from "./folder.ts";

export interface KeptRun {
  /** Of its folder, unique. */
  readonly id: string;
  readonly folder: string;
  /** Of the run. */
  readonly name: string;
  readonly startedAt: string;
  /** `interrupted`: its baton was killed before it could write the record. `refused`: it could not begin, or not go on. */
  readonly state: RunRecord["state"] | "running" | "interrupted" | "refused";
  /** Why it was refused. */
  readonly refusal?: readonly Diagnostic[];
  /** Absent until the run has ended. */
  readonly record?: RunRecord;
}

/** All of them, the latest first. */
export const keptRuns = (root: string): readonly KeptRun[] =>
  runNames(root)
    .toReversed()
    .map((id) => keptRun(join(root, id), id));

/**
 * The run that is meant: a folder or a record's file by its path, the id of a kept run or the beginning of one that no other
 * has, or the name of a run, which is the latest of that name; nothing is the latest of all. Throws UserError.
 */
export function findRun(root: string, wanted: string | undefined): KeptRun {
  if (wanted !== undefined && isPath(wanted)) return runAt(resolve(wanted));
  const ids = runNames(root).toReversed();
  if (ids.length === 0)
    throw mistake(
      "unknown-run",
      `no run is kept in ${root}`,
      "baton run FILE keeps one, without --no-record",
    );
  const id = wanted === undefined ? ids[0] : idOf(ids, wanted);
  if (id !== undefined) return keptRun(join(root, id), id);
  const names = [...new Set(ids.map(nameIn))];
  const guess = nearest(wanted ?? "", [...names, ...ids]);
  throw mistake(
    "unknown-run",
    `no kept run is called "${wanted}"`,
    guess === undefined
      ? `there are ${listed(names.slice(0, 5))}; baton runs lists them`
      : `did you mean "${guess}"?`,
  );
}

/** Its events in their order; the last, `runFinished`, with its record. */
export async function* eventsOf(run: KeptRun): AsyncGenerator<RunEvent, void> {
  const fd = openBeneath(run.folder, FILES.events);
  if (fd === undefined) return;
  const input = createReadStream("", { fd, encoding: "utf8" });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const event = parsed(line);
    if (event === undefined) continue;
    if (event.type !== "runFinished") yield event;
    else if (run.record !== undefined) yield { ...event, record: run.record };
  }
}

/** Without edges where none were kept. */
export const graphIn = (run: KeptRun): RunGraph =>
  (readJson(run.folder, FILES.graph) as RunGraph | undefined) ?? { nodes: [], edges: [] };

const isPath = (wanted: string): boolean => wanted.includes("/") || /\.json$/.test(wanted);

function runAt(path: string): KeptRun {
  if (!existsSync(path)) throw mistake("unknown-run", `there is no ${path}`, "baton runs lists what is kept");
  if (statSync(path).isDirectory()) return keptRun(path, path.split("/").at(-1) ?? path);
  const record = parseRecord(givenText(path), path);
  const { name, startedAt, state, id } = record;
  return { id, folder: path, name, startedAt, state, record };
}

function idOf(ids: readonly string[], wanted: string): string | undefined {
  const begun = ids.filter((id) => id.startsWith(wanted));
  return (
    ids.find((id) => id === wanted) ??
    (begun.length === 1 ? begun[0] : ids.find((id) => nameIn(id) === wanted))
  );
}

function keptRun(folder: string, id: string): KeptRun {
  const record = readJson(folder, FILES.record) as RunRecord | undefined;
  if (record !== undefined) {
    const { name, startedAt, state } = record;
    return { id, folder, name, startedAt, state, record };
  }
  const start = readJson(folder, FILES.start) as RunStart | undefined;
  const known = { id, folder, name: start?.name ?? nameIn(id), startedAt: start?.startedAt ?? "" };
  const refusal = readJson(folder, FILES.refusal) as readonly Diagnostic[] | undefined;
  if (refusal !== undefined) return { ...known, state: "refused", refusal };
  return { ...known, state: isRunning(folder) ? "running" : "interrupted" };
}

function parsed(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    // The last line of a run whose baton was killed may be cut.
    return undefined;
  }
}
