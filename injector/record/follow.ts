// From what a backend observes to the whole stream of a run: Tasks finish when their steps have, and the record
// comes last. Every backend that runs plans goes through here, so that all tell the same story.

import { randomUUID } from "node:crypto";
import type { DigestSet, StepStatus } from "../../entrypoint/protocol/index.ts";
import { defined } from "../documents/defined.ts";
import type { Plan, PlannedTask, ValueSource } from "../plan/model/plan.ts";
import { Observations } from "./observations.ts";
import { type RunFacts, runRecord, taskRecord } from "./outcome.ts";
import type { ImageRecord, ResultRecord, RunEvent, StreamEvent, TaskRecord } from "./record.ts";
import { parseResult, runResults } from "./results.ts";

export interface Observed {
  readonly backend: string;
  /** When the backend began to start it, where the first event comes later than that. */
  readonly startedAt?: string;
  /** Begins to push what happens, and closes when all has; returns how to end what is left of it, once nobody reads on. */
  watch(events: Observations): () => Promise<void> | void;
  /** Of the program that runs the steps; absent where none was started. */
  readonly entrypoint?: DigestSet;
  /** Asked for when the last step has ended. */
  images?(): Promise<readonly ImageRecord[]>;
  read(source: ValueSource): Promise<ResultFile>;
  /** The signal that ended the run from outside, if one did. */
  cancelledBy(): RunFacts["cancelledBy"];
}

/** The whole content of a result file, why it is not read, or neither where nobody wrote it. */
export interface ResultFile {
  readonly text?: string;
  /** Ends a sentence that begins with the result's name. */
  readonly refused?: string;
}

/** The stream of a run, from `runStarted` to `runFinished`. */
export async function* follow(plan: Plan, observed: Observed): AsyncGenerator<StreamEvent, void> {
  const startedAt = observed.startedAt ?? now();
  const statuses: (StepStatus | undefined)[] = plan.steps.map(() => undefined);
  const tasks = new Map<string, TaskRecord>();
  const indexes = new Map(plan.steps.map(({ id, index }) => [id, index]));
  const finished = countdown(plan.tasks);
  yield { type: "runStarted", at: startedAt, run: plan.name, backend: observed.backend };
  const events = new Observations(plan);
  const release = observed.watch(events);
  try {
    for await (const event of events) {
      yield event;
      if (event.type !== "stepFinished") continue;
      const index = indexes.get(event.step);
      if (index === undefined) continue;
      statuses[index] = event.status;
      for (const task of finished(index)) {
        const read = await taskResults(task, observed);
        yield* read.notices;
        const record = taskRecord(plan, task, statuses, read.results);
        tasks.set(task.name, record);
        yield { type: "taskFinished", at: now(), task: record };
      }
    }
  } finally {
    await release();
  }
  const ordered = plan.tasks.flatMap(({ name }) => tasks.get(name) ?? []);
  const cancelledBy = observed.cancelledBy();
  const facts = {
    id: plan.id ?? randomUUID(),
    backend: observed.backend,
    ...defined({ entrypoint: observed.entrypoint }),
    images: (await observed.images?.()) ?? [],
    startedAt,
    finishedAt: now(),
    ...defined({ cancelledBy }),
  };
  const results = runResults(plan.results, ordered);
  const record = runRecord(plan, facts, complete(statuses), ordered, results);
  yield { type: "runFinished", at: facts.finishedAt, record };
}

/** RFC 3339 UTC with milliseconds. */
export const now = (): string => new Date().toISOString();

/** Told of each step once, it answers with the Tasks that it was the last of, an inner Task before the one around it. */
function countdown(tasks: readonly PlannedTask[]): (step: number) => readonly PlannedTask[] {
  const left = new Map(tasks.map((task) => [task, task.steps.length]));
  const around = new Map<number, PlannedTask[]>();
  for (const task of tasks.toSorted((a, b) => a.steps.length - b.steps.length))
    for (const step of task.steps) around.set(step, [...(around.get(step) ?? []), task]);
  return (step) =>
    (around.get(step) ?? []).filter((task) => {
      const rest = (left.get(task) ?? 0) - 1;
      left.set(task, rest);
      return rest === 0;
    });
}

/** Holes only exist before the end of a stream; they read as steps that have not come up. */
const complete = (statuses: readonly (StepStatus | undefined)[]): readonly StepStatus[] =>
  statuses.map(
    (status) => status ?? { protocol: 1, step: "", state: "waiting", attempt: 1, waitingSince: "" },
  );

async function taskResults(
  task: PlannedTask,
  observed: Observed,
): Promise<{ readonly results: readonly ResultRecord[]; readonly notices: readonly RunEvent[] }> {
  const results: ResultRecord[] = [];
  const notices: RunEvent[] = [];
  for (const { name, type, from } of task.results) {
    const { text, refused } = await observed.read(from);
    if (refused !== undefined) notices.push(notice(`result "${name}" of ${task.name} ${refused}`));
    if (text === undefined) continue;
    const value = parseResult(text, type);
    if (value !== undefined) results.push({ name, value });
    else
      notices.push(notice(`result "${name}" of ${task.name} is declared as ${type}, and is no JSON ${type}`));
  }
  return { results, notices };
}

const notice = (message: string): RunEvent => ({ type: "notice", at: now(), message });
