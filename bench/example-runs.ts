// Runs of the example's files in podman, and how long they took.

import { readdirSync, readFileSync } from "node:fs";
import { resolve as absolute, join } from "node:path";
import { load } from "../injector/documents/load.ts";
import type { RunRecord } from "../injector/record/record.ts";
import { parseWorkspaceFlag } from "../injector/resolve/given.ts";
import { resolve } from "../injector/resolve/resolve.ts";
import { runInContainers } from "../injector/run/containers.ts";

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** In milliseconds; `idle` is the part in which no step ran. */
export interface Measured {
  readonly time: number;
  readonly idle: number;
  readonly pods: number;
}

const EXAMPLE = absolute("examples/git-build-push");
process.env["BATON_ENTRYPOINT"] ??= absolute("dist/entrypoint");

export const sources = (): readonly Source[] =>
  readdirSync(EXAMPLE)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ path: name, text: readFileSync(join(EXAMPLE, name), "utf8") }));

/** To its very end, and only if it succeeds. */
export async function runFiles(
  files: readonly Source[],
  target: string,
  params: Readonly<Record<string, string>>,
  workspaces: readonly string[],
): Promise<RunRecord> {
  const run = resolve(load(files), {
    target,
    params: Object.entries(params).map(([name, text]) => ({ name, text })),
    workspaces: workspaces.map(parseWorkspaceFlag),
  });
  let record: RunRecord | undefined;
  for await (const event of runInContainers(run, { engine: "podman", network: "host" }))
    if (event.type === "runFinished") record = event.record;
  if (record?.state !== "succeeded") throw new Error(`${target}: ${record?.message}`);
  return record;
}

/** Pods that ran side by side, from the first start to the end of the last step. */
export function measure(records: readonly RunRecord[]): Measured {
  const steps = records
    .flatMap((record) => record.steps)
    .map((step) => [at(step.startedAt), at(step.finishedAt)] as const);
  const from = Math.min(...records.map(({ startedAt }) => at(startedAt)));
  const time = Math.max(...steps.map(([, end]) => end)) - from;
  return { time, idle: time - covered(steps), pods: records.length };
}

/** One after the other. */
export const together = (all: readonly Measured[]): Measured => ({
  time: sum(all.map(({ time }) => time)),
  idle: sum(all.map(({ idle }) => idle)),
  pods: sum(all.map(({ pods }) => pods)),
});

const at = (time: string | undefined): number => Date.parse(time ?? "");

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The length of all intervals, with what overlaps counted once. */
function covered(intervals: readonly (readonly [number, number])[]): number {
  let [length, until] = [0, 0];
  for (const [start, end] of [...intervals].sort(([a], [b]) => a - b)) {
    length += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return length;
}
