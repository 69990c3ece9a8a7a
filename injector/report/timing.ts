// Where the time of a run went: when each step waited and ran, and the chain of steps that the whole run waited for.

import type { StepStatus } from "../../entrypoint/protocol/index.ts";
import type { RunGraph } from "../pictures/graph.ts";
import type { RunRecord } from "../record/record.ts";

export interface Timing {
  readonly step: string;
  /** Milliseconds from the start of the run; absent where the command was never started. */
  readonly from?: number;
  readonly to?: number;
  /** Milliseconds between the last ending that it waited for and its own start. */
  readonly handOver?: number;
  /** Whether the run would have been shorter without it. */
  readonly critical: boolean;
}

/** In the order of the record. */
export function timingsOf(record: RunRecord, graph: RunGraph): readonly Timing[] {
  const start = Date.parse(record.startedAt);
  const before = ranBefore(record, graph);
  const critical = criticalPath(record.steps, before);
  return record.steps.map((status) => {
    const { step, startedAt: began, finishedAt: ended } = status;
    const last = latest(before(step));
    return {
      step,
      ...(began === undefined ? {} : { from: Date.parse(began) - start }),
      ...(began === undefined || ended === undefined ? {} : { to: Date.parse(ended) - start }),
      ...(began === undefined || last?.finishedAt === undefined
        ? {}
        : { handOver: Math.max(0, Date.parse(began) - Date.parse(last.finishedAt)) }),
      critical: critical.has(step),
    };
  });
}

type Before = (step: string) => readonly StepStatus[];

/** The steps that a step waited for and that ran; in place of one that was skipped, those that it waited for. */
function ranBefore({ steps }: RunRecord, { edges }: RunGraph): Before {
  const byStep = new Map(steps.map((status) => [status.step, status]));
  const needs = new Map<string, string[]>();
  for (const { from, to } of edges) needs.set(to, [...(needs.get(to) ?? []), from]);
  const found = new Map<string, readonly StepStatus[]>();
  const before: Before = (step) => {
    const known = found.get(step);
    if (known !== undefined) return known;
    found.set(step, []);
    const ran = (needs.get(step) ?? []).flatMap((need) => {
      const status = byStep.get(need);
      return status?.startedAt === undefined ? before(need) : [status];
    });
    found.set(step, ran);
    return ran;
  };
  return before;
}

/** From the step that ended last, back along whoever of those before ended last. */
function criticalPath(steps: readonly StepStatus[], before: Before): ReadonlySet<string> {
  const path = new Set<string>();
  for (let at = latest(steps); at !== undefined && !path.has(at.step); at = latest(before(at.step)))
    path.add(at.step);
  return path;
}

function latest(steps: readonly StepStatus[]): StepStatus | undefined {
  const ran = steps.filter(
    ({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt !== undefined,
  );
  return ran.reduce<StepStatus | undefined>(
    (last, one) => (last === undefined || end(one) > end(last) ? one : last),
    undefined,
  );
}

const end = ({ finishedAt = "" }: StepStatus): number => Date.parse(finishedAt);
