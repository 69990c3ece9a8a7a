// How it went, as one record: from the endings of steps to the endings of Tasks and of the run. Pure.

import { type DigestSet, type Ending, isEnding, type StepStatus } from "../../entrypoint/protocol/index.ts";
import { defined } from "../documents/defined.ts";
import { VERSION } from "../documents/version.ts";
import type { Plan, PlannedStep, PlannedTask } from "../plan/model/plan.ts";
import type { ImageRecord, ResultRecord, RunRecord, RunState, TaskRecord } from "./record.ts";

/** `statuses` is by step index, and has those of the Task. */
export function taskRecord(
  plan: Plan,
  task: PlannedTask,
  statuses: readonly (StepStatus | undefined)[],
  results: readonly ResultRecord[],
): TaskRecord {
  const own = task.steps.flatMap((index) => statuses[index] ?? []);
  const decisive = worst(own);
  const started = own.flatMap((status) => status.startedAt ?? []).sort();
  const finished = own.flatMap((status) => status.finishedAt ?? []).sort();
  return {
    name: task.name,
    ...defined({ label: task.label }),
    state: decisive.state,
    ...defined({ reason: decisive.reason }),
    steps: task.steps.flatMap((index) => plan.steps[index]?.id ?? []),
    ...first("startedAt", started),
    ...first("finishedAt", finished.reverse()),
    results,
  };
}

/** What a record takes from a plan, or from several that were one run. */
export type RecordedPlan = Pick<Plan, "name" | "source" | "tasks" | "steps">;

export interface RunFacts {
  readonly id: string;
  readonly backend: string;
  readonly entrypoint?: DigestSet;
  readonly images: readonly ImageRecord[];
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The signal that ended the run from outside, if one did. */
  readonly cancelledBy?: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL";
}

/** `statuses` is by step index and complete. */
export function runRecord(
  plan: RecordedPlan,
  facts: RunFacts,
  statuses: readonly StepStatus[],
  tasks: readonly TaskRecord[],
  results: readonly ResultRecord[],
): RunRecord {
  return {
    apiVersion: "baton.run/v1alpha1",
    kind: "RunRecord",
    id: facts.id,
    name: plan.name,
    version: VERSION,
    source: plan.source,
    backend: facts.backend,
    ...defined({ entrypoint: facts.entrypoint }),
    images: facts.images,
    ...ending(plan, facts, statuses),
    startedAt: facts.startedAt,
    finishedAt: facts.finishedAt,
    tasks,
    steps: statuses.map((status, at) => ({ ...status, ...defined({ label: plan.steps[at]?.label }) })),
    results,
    artifacts: statuses.flatMap(({ step, artifacts }) =>
      (artifacts?.outputs ?? []).map(({ name, ...one }) => ({ name, step, ...one })),
    ),
  };
}

/** Whether this ending makes the run fail; `tolerated` are names of Tasks. */
function fails(tolerated: ReadonlySet<string>, step: PlannedStep, status: StepStatus): boolean {
  if (tolerated.has(step.task) || status.tolerated === true) return false;
  return isEnding(status.state) && SEVERITY[status.state] > SEVERITY.skipped;
}

const SEVERITY: Readonly<Record<Ending, number>> = {
  succeeded: 1,
  skipped: 2,
  failed: 3,
  setupFailed: 4,
  timedOut: 5,
  cancelled: 6,
  lost: 7,
};

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1, SIGKILL: 9 } as const;

/** Skipped when all steps were; a step skipped because another failed says nothing of its own. */
function worst(statuses: readonly StepStatus[]): { state: Ending; reason?: StepStatus["reason"] } {
  const endings = statuses.flatMap(({ state, reason, tolerated }) => {
    if (!isEnding(state)) return [];
    return [{ state: tolerated === true ? ("succeeded" as const) : state, reason }];
  });
  if (endings.every(({ state }) => state === "skipped"))
    return { state: "skipped", ...reasonOf(endings[0]?.reason) };
  const ranked = endings
    .filter(({ state }) => state !== "skipped")
    .sort((a, b) => SEVERITY[b.state] - SEVERITY[a.state]);
  const decisive = ranked[0];
  if (decisive === undefined || decisive.state === "succeeded") return { state: "succeeded" };
  return { state: decisive.state, ...reasonOf(decisive.reason) };
}

const reasonOf = (reason: StepStatus["reason"] | undefined) => (reason === undefined ? {} : { reason });

const first = <K extends string>(key: K, [value]: readonly string[]): { readonly [P in K]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string });

function ending(
  plan: RecordedPlan,
  facts: RunFacts,
  statuses: readonly StepStatus[],
): { state: RunState; message: string; exitCode: number } {
  const tolerated = new Set(plan.tasks.filter((task) => task.tolerated).map(({ name }) => name));
  const culprits = plan.steps
    .map((step) => ({ step, status: statuses[step.index] }))
    .filter(({ step, status }) => status !== undefined && fails(tolerated, step, status))
    .sort((a, b) => rank(a.status) - rank(b.status) || byTime(a.status, b.status));
  const culprit = culprits[0];
  if (facts.cancelledBy !== undefined && (culprit === undefined || isOver(culprit.status?.state)))
    return {
      state: "cancelled",
      message: `cancelled by ${facts.cancelledBy}`,
      exitCode: 128 + SIGNALS[facts.cancelledBy],
    };
  if (culprit?.status === undefined)
    return { state: "succeeded", message: success(plan, statuses), exitCode: 0 };
  return {
    state: stateOf(culprit.status.state),
    message: sentence(culprit.step.label ?? culprit.step.id, culprit.status),
    exitCode: culprit.status.exitCode || 1,
  };
}

/** How a step ends when its run is ended from outside, by a request or by a kill. */
const isOver = (state: StepStatus["state"] | undefined): boolean => state === "cancelled" || state === "lost";

/** A step that ended because of another is never the culprit while that other is known. */
const rank = (status: StepStatus | undefined): number => (status?.cause === undefined ? 0 : 1);

/** Of steps that were lost for one reason, such as an engine that went away, one that ran comes before those that waited. */
function byTime(a: StepStatus | undefined, b: StepStatus | undefined): number {
  const together = a?.state === "lost" && b?.state === "lost" && a.message === b.message;
  if (together && (a.startedAt === undefined) !== (b.startedAt === undefined))
    return a.startedAt === undefined ? 1 : -1;
  return (a?.finishedAt ?? "").localeCompare(b?.finishedAt ?? "");
}

function stateOf(state: StepStatus["state"]): RunState {
  if (state === "cancelled" || state === "timedOut") return state;
  return "failed";
}

function success(plan: RecordedPlan, statuses: readonly StepStatus[]): string {
  const skipped = statuses.filter(({ state }) => state === "skipped").length;
  const taken = statuses.filter(({ cache }) => cache?.hit === true).length;
  const ran = plan.steps.length - skipped - taken;
  const others = [
    [taken, "from the cache"],
    [skipped, "skipped"],
  ] as const;
  const rest = others.filter(([count]) => count > 0).map(([count, how]) => `, ${count} ${how}`);
  return `${ran} ${ran === 1 ? "step" : "steps"} ran${rest.join("")}`;
}

function sentence(name: string, status: StepStatus): string {
  const why = status.message === undefined ? "" : `: ${status.message}`;
  if (status.by === "command" && status.state === "failed") {
    const how = status.signal === undefined ? `exit code ${status.exitCode}` : `killed by ${status.signal}`;
    return `${name} failed: ${how}`;
  }
  return `${name} ${WORDS[status.state]}${why}`;
}

const WORDS: Readonly<Record<StepStatus["state"], string>> = {
  waiting: "never started",
  running: "never ended",
  succeeded: "succeeded",
  failed: "failed",
  skipped: "was skipped",
  cancelled: "was cancelled",
  timedOut: "timed out",
  lost: "was lost",
  setupFailed: "could not start",
};
