// What happens in the containers, as observations: starts and endings from the collector, lines from each step's log.

import {
  type CollectedEvent,
  type CollectedRun,
  isEnding,
  type StepStatus,
} from "../../../entrypoint/protocol/index.ts";
import type { Plan, ValueSource } from "../../plan/model/plan.ts";
import { now } from "../../record/follow.ts";
import type { Take } from "../../record/lines.ts";
import type { Observations } from "../../record/observations.ts";
import { COLLECTOR } from "../collector.ts";
import { sidecarEnding } from "../host/status.ts";
import { asStatus } from "../recorded.ts";
import { call } from "./call.ts";
import type { Engine, Project } from "./engine.ts";
import { followLog } from "./logs.ts";
import { type Revived, reviving } from "./revive.ts";
import { lostStep } from "./unreported.ts";

/** Texts of results by Task and name; a Task's are there before its last step's ending is told. */
export type Results = Map<string, Readonly<Record<string, string>>>;

/** Tells everything, and then returns: every step's ending once, whatever happened to the collector. */
export async function watchContainers(
  engine: Engine,
  project: Project,
  events: Observations,
  results: Results,
): Promise<void> {
  const steps = new Map(project.plan.steps.map(({ id, flags }) => [flags.post_file ?? "", id]));
  const logs = new Map<string, Promise<void>>();
  const settled = new Set<string>();
  const isOver = () => settled.size === steps.size;
  const over = new AbortController();
  const revived = reviving(engine, project, (message) => events.push({ type: "notice", at: now(), message }));
  let told = Promise.resolve();
  /** Once: the log begins with the step, because until then its container only waits. */
  const start = (step: string, { startedAt, attempt }: StepStatus): Promise<void> => {
    const known = logs.get(step);
    if (known !== undefined) return known;
    if (startedAt !== undefined) events.push({ type: "stepStarted", at: now(), step, attempt });
    const take = (stream: "stdout" | "stderr", line: string) => {
      events.push({ type: "log", at: now(), step, stream, line });
      return events.ready(step);
    };
    const log = followLog(engine.name, engine.container(project, step), take, revived.answers);
    logs.set(step, log);
    return log;
  };
  /** In the order of the endings, each after its last line. */
  const settle = (step: string, status: StepStatus): void => {
    settled.add(step);
    if (isOver()) over.abort();
    const logged = start(step, status);
    told = told
      .then(() => logged)
      .then(() => events.push({ type: "stepFinished", at: now(), step, status: { ...status, step } }));
  };
  const take = (event: CollectedEvent): void => {
    if ("task" in event) return void results.set(event.task, event.results);
    const step = steps.get(event.post);
    if (step === undefined || settled.has(step)) return;
    if (isEnding(event.status.state)) settle(step, event.status);
    else void start(step, event.status);
  };
  const beside = project.plan.sidecars.map((sidecar) =>
    watchSidecar(engine, project, sidecar.id, events, revived),
  );
  const collector = engine.container(project, COLLECTOR);
  // Results of a Task are one line, whatever their size.
  const limits = { enough: over.signal, longest: Number.POSITIVE_INFINITY };
  do await followLog(engine.name, collector, taking(take), revived.answers, limits);
  while (!isOver() && (await revived.collects()));
  for (const step of steps.values()) if (!settled.has(step)) settle(step, lostStep(step, revived.why()));
  await Promise.all([told, ...beside]);
}

/** It ends with the last step, or before. */
async function watchSidecar(
  engine: Engine,
  project: Project,
  step: string,
  events: Observations,
  { answers }: Revived,
): Promise<void> {
  const startedAt = now();
  events.push({ type: "stepStarted", at: startedAt, step, attempt: 1 });
  const container = engine.container(project, step);
  const take: Take = (stream, line) => {
    events.push({ type: "log", at: now(), step, stream, line });
    return events.ready(step);
  };
  await followLog(engine.name, container, take, answers);
  const { code, stdout } = await call(engine.name, ["inspect", "--format", "{{.State.ExitCode}}", container]);
  const status = sidecarEnding(step, startedAt, code === 0 ? Number(stdout.trim()) : undefined);
  events.push({ type: "stepFinished", at: now(), step, status });
}

const taking =
  (take: (event: CollectedEvent) => void) =>
  (stream: "stdout" | "stderr", line: string): void => {
    const event = stream === "stdout" ? collectedEvent(line) : undefined;
    if (event !== undefined) take(event);
  };

/** The line of an event; anything else (the run as a whole, which repeats them) is no news. */
export function collectedEvent(line: string): CollectedEvent | undefined {
  try {
    const value = JSON.parse(line) as CollectedEvent | CollectedRun;
    if ("steps" in value) return undefined;
    if ("task" in value) return value;
    const status = asStatus(value.status);
    return status && { post: String(value.post), status };
  } catch {
    return undefined;
  }
}

/** The text of what a Task of the plan declares to be there. */
export function resultIn(plan: Plan, results: Results, { volume, path }: ValueSource): string | undefined {
  for (const task of plan.tasks)
    for (const { name, from } of task.results)
      if (from.volume === volume && from.path === path) return results.get(task.name)?.[name];
  return undefined;
}
