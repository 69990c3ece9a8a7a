// What is over, for the planner, and for the record of the run that goes on.

import type { PlannedResult } from "../plan/model/plan.ts";
import type { DoneTask } from "../plan/model/plan-set.ts";
import type { ArtifactRecord, RunRecord, TaskRecord } from "../record/record.ts";
import { runResults, statusOf } from "../record/results.ts";

/** Of an earlier run. */
export type Taken = Pick<RunRecord, "tasks" | "steps" | "artifacts">;

export function doneTask(task: TaskRecord, artifacts: readonly ArtifactRecord[]): DoneTask {
  const own = artifacts.filter(({ step }) => task.steps.includes(step));
  const status = statusOf(task);
  const results = Object.fromEntries(task.results.map(({ name, value }) => [name, value]));
  if (own.length === 0) return { status, results };
  const left = own.map(({ name, uri, digest }) => [name, { uri, digest }] as const);
  return { status, results, artifacts: Object.fromEntries(left) };
}

/** Of `names`, as the record has them: their steps did nothing in this run, and say whose work it was. */
export function takenFrom(record: RunRecord, names: readonly string[]): Taken {
  const tasks = record.tasks.filter(({ name }) => names.includes(name));
  const steps = new Set(tasks.flatMap((task) => task.steps));
  return {
    tasks: tasks.map(({ startedAt: _started, finishedAt: _finished, ...task }) => task),
    steps: record.steps
      .filter(({ step }) => steps.has(step))
      .map(({ startedAt: _started, finishedAt: _finished, attempts: _attempts, ...status }) => ({
        ...status,
        cache: { hit: true, from: status.cache?.from ?? record.id },
      })),
    artifacts: record.artifacts.filter(({ step }) => steps.has(step)),
  };
}

export function withTaken(
  record: RunRecord,
  taken: Taken | undefined,
  results: readonly PlannedResult[],
): RunRecord {
  if (taken === undefined) return record;
  const tasks = [...taken.tasks, ...record.tasks];
  return {
    ...record,
    tasks,
    steps: [...taken.steps, ...record.steps],
    artifacts: [...taken.artifacts, ...record.artifacts],
    results: runResults(results, tasks),
  };
}
