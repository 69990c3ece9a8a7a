// A run that one plan cannot hold: a result decides how many Tasks there are, or one machine cannot have them all. Plan
// what can be planned, run it, plan again with what is known then; to whoever listens it is one run with one record.

import { randomUUID } from "node:crypto";
import type { Runner, RunOptions } from "../backends/backend.ts";
import { doneTask, type Taken, withTaken } from "../continue/taken.ts";
import { UserError } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { DoneTask, PlanSet } from "../plan/model/plan-set.ts";
import { now } from "../record/follow.ts";
import { type RecordedPlan, runRecord } from "../record/outcome.ts";
import type { RunRecord, StreamEvent, TaskRecord } from "../record/record.ts";
import { runResults } from "../record/results.ts";

export interface Rounds {
  /** Plans what is not done. */
  plan(done: Readonly<Record<string, DoneTask>>): PlanSet;
  readonly runner: Runner;
  /** Called with each plan before its first event. */
  onPlan(plan: Plan): void;
  /** What is over before it begins: `plan` knows that, and the record has it. */
  readonly taken?: Taken;
  /** Makes room for another plan beside the same data. */
  next(): Promise<void>;
}

/** One stream, from `runStarted` to `runFinished`. */
export async function* runInRounds(rounds: Rounds, options: RunOptions): AsyncGenerator<StreamEvent, void> {
  const parts: Part[] = [];
  let set = rounds.plan({});
  let wrong: string | undefined;
  while (set.plans[0] !== undefined) {
    if (parts.length > 0) await rounds.next();
    const part = yield* runOne(rounds, set.plans[0], options, parts.length === 0);
    parts.push(part);
    const isLast = set.plans.length === 1 && set.deferred.length === 0;
    if (isLast || part.record.state === "cancelled") break;
    const next = planned(rounds, parts);
    if ("wrong" in next) {
      wrong = next.wrong;
      break;
    }
    set = next;
  }
  const at = now();
  if (parts.length === 0) yield { type: "runStarted", at, run: set.name, backend: rounds.runner.name };
  const record = combined(set, parts, { backend: rounds.runner.name, at });
  const ended =
    wrong === undefined ? record : { ...record, state: "failed" as const, message: wrong, exitCode: 1 };
  yield { type: "runFinished", at: ended.finishedAt, record: withTaken(ended, rounds.taken, set.results) };
}

/** What can be planned now; or what is wrong with the results, which ends a run that has begun as a failure does. */
function planned(rounds: Rounds, parts: readonly Part[]): PlanSet | { readonly wrong: string } {
  try {
    return rounds.plan(doneBy(parts));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { wrong: error.message };
  }
}

/** The events of one plan, but for those that only a whole run has. */
async function* runOne(
  { runner, onPlan }: Rounds,
  plan: Plan,
  options: RunOptions,
  isFirst: boolean,
): AsyncGenerator<StreamEvent, Part> {
  onPlan(plan);
  for await (const event of runner.run(plan, options)) {
    if (event.type === "runFinished") return { plan, record: event.record };
    if (event.type !== "runStarted" || isFirst) yield event;
  }
  throw new Error(`${runner.name} ended a stream without a record`);
}

interface Part {
  readonly plan: Plan;
  readonly record: RunRecord;
}

const doneBy = (parts: readonly Part[]): Readonly<Record<string, DoneTask>> =>
  Object.fromEntries(
    parts.flatMap(({ record }) =>
      record.tasks.map((task) => [task.name, doneTask(task, record.artifacts)] as const),
    ),
  );

/** `set` is the last one: it knows what a matrix stands for. A run of nothing begins and ends `at` once. */
function combined(
  set: PlanSet,
  parts: readonly Part[],
  { backend, at }: { readonly backend: string; readonly at: string },
): RunRecord {
  const { skipped } = set;
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0 && skipped.length === 0) return first.record;
  const statuses = parts.flatMap(({ record }) => record.steps);
  const tasks = [
    ...parts.flatMap(({ record }) => record.tasks),
    ...skipped.map(
      ({ task }): TaskRecord => ({
        name: task,
        state: "skipped",
        reason: "InputsSkipped",
        steps: [],
        results: [],
      }),
    ),
  ];
  const last = parts.at(-1)?.record;
  const entrypoint = first?.record.entrypoint;
  const facts = {
    id: first?.record.id ?? randomUUID(),
    backend,
    ...defined({ entrypoint }),
    images: first?.record.images ?? [],
    startedAt: first?.record.startedAt ?? at,
    finishedAt: last?.finishedAt ?? at,
  };
  const record = runRecord(whole(set, parts), facts, statuses, tasks, runResults(set.results, tasks));
  return last?.state === "cancelled"
    ? { ...record, state: last.state, message: last.message, exitCode: last.exitCode }
    : record;
}

/** The plans as one, for the sake of its record. */
const whole = ({ name, source }: PlanSet, parts: readonly Part[]): RecordedPlan => ({
  name,
  source,
  tasks: parts.flatMap(({ plan }) => plan.tasks),
  steps: parts.flatMap(({ plan }) => plan.steps).map((step, index) => ({ ...step, index })),
});
