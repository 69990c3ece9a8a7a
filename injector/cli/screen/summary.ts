// The end of a run in one screen: how it went, where the time went, step by step, and the results.

import { digestText } from "../../../entrypoint/protocol/index.ts";
import { readableSteps } from "../../record/readable.ts";
import type { ArtifactRecord, ResultRecord, RunRecord, StepRecord } from "../../record/record.ts";
import { duration, millisecondsBetween, sizeText } from "../../record/units.ts";
import type { Paint } from "./colour.ts";
import { recordedName } from "./names.ts";
import { table } from "./table.ts";

const BAR_WIDTH = 24;

/** In one sentence: how the run went, and how long it took. */
export function heading({ name, state, message, startedAt, finishedAt }: RunRecord, paint: Paint): string {
  const took = duration(millisecondsBetween(startedAt, finishedAt) ?? 0);
  return `${paint(`${name} ${state}`, state === "succeeded" ? "green" : "red")} in ${took}: ${message}`;
}

/** The sentence comes first where all is well; where it is not, it is the last word, which is not said here. */
export function summary(record: RunRecord, paint: Paint): string {
  const took = millisecondsBetween(record.startedAt, record.finishedAt) ?? 0;
  const steps = readableSteps(record);
  const skipped = steps.filter(({ state }) => state === "skipped");
  const shown = skipped.length > FOLDED ? steps.filter(({ state }) => state !== "skipped") : steps;
  const lines = [
    "",
    ...(record.state === "succeeded" ? [heading(record, paint), ""] : []),
    ...table(
      ["step", "state", "started", "took", ""],
      shown.map((status) => row(status, record, took, paint)),
      [2, 3],
    ),
    ...(shown === steps ? [] : [paint(`  … ${skipped.length} steps skipped`, "dim")]),
    ...results(record.results),
    ...artifacts(record.artifacts),
  ];
  return `${lines.join("\n")}\n`;
}

/** More skipped steps than these are a count. */
const FOLDED = 3;

function row(status: StepRecord, record: RunRecord, total: number, paint: Paint): readonly string[] {
  const from = millisecondsBetween(record.startedAt, status.startedAt);
  const took = millisecondsBetween(status.startedAt, status.finishedAt);
  const tries = status.attempt > 1 ? ` (${status.attempt} attempts)` : "";
  return [
    recordedName(status),
    `${status.state}${status.tolerated === true ? " (tolerated)" : ""}${status.cache?.hit === true ? " (cached)" : ""}${tries}`,
    from === undefined ? "" : `+${duration(from)}`,
    took === undefined ? "" : duration(took),
    from === undefined || took === undefined ? (status.message ?? "") : paint(bar(from, took, total), "dim"),
  ];
}

/** When it ran, within the time of the whole run. */
function bar(from: number, took: number, total: number): string {
  const scale = BAR_WIDTH / Math.max(1, total);
  const start = Math.min(BAR_WIDTH - 1, Math.floor(from * scale));
  const length = Math.max(1, Math.min(BAR_WIDTH - start, Math.round(took * scale)));
  return `${"·".repeat(start)}${"█".repeat(length)}${"·".repeat(BAR_WIDTH - start - length)}`;
}

function results(records: readonly ResultRecord[]): readonly string[] {
  if (records.length === 0) return [];
  const width = Math.max(...records.map(({ name }) => name.length));
  const lines = records.map(({ name, value }) => `  ${name.padEnd(width)}  ${resultText(value)}`);
  return ["", "results", ...lines];
}

/** In one line: a long text is cut here, and whole in the record. */
function resultText(value: ResultRecord["value"]): string {
  const text = (typeof value === "string" ? value : JSON.stringify(value)).trimEnd().replaceAll("\n", "\\n");
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters; -o json has them)` : text;
}

/** What was left, with as much of its digest as people compare; the record has it whole. */
function artifacts(records: readonly ArtifactRecord[]): readonly string[] {
  if (records.length === 0) return [];
  const rows = records.map(({ name, digest, size, uri }) => [
    name,
    digestText(digest).replace(/(?<=:.{12}).*/, ""),
    size === undefined ? "" : sizeText(size),
    uri,
  ]);
  return ["", "artifacts", ...table(["", "", "", ""], rows, [2]).slice(1)];
}
