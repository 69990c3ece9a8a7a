// What happens in the containers, as observations: starts and endings from the collector, lines from each step's log.

import { finished } from "node:stream/promises";
import {
  type CollectedEvent,
  type CollectedRun,
  isEnding,
  type StepStatus,
} from "../../../entrypoint/protocol/index.ts";
import type { Channel } from "../../channel.ts";
import { Lines } from "../../lines.ts";
import { now, type Observation } from "../../run.ts";
import { COLLECTOR } from "../collector.ts";
import { type Engine, type Project, spawnEngine } from "./engine.ts";

/** Texts of results by Task and name; a Task's are there before its last step's ending is told. */
export type Results = Map<string, Readonly<Record<string, string>>>;

/** Tells everything, and then returns: every step's ending once, whatever happened to the collector. */
export async function watchContainers(
  engine: Engine,
  project: Project,
  events: Channel<Observation>,
  results: Results,
): Promise<void> {
  const steps = new Map(project.plan.steps.map(({ id, flags }) => [flags.post_file ?? "", id]));
  const logs = new Map<string, Promise<void>>();
  const settled = new Set<string>();
  let told = Promise.resolve();
  /** Once: the log begins with the step, because until then its container only waits. */
  const start = (step: string, { startedAt, attempt }: StepStatus): Promise<void> => {
    const known = logs.get(step);
    if (known !== undefined) return known;
    if (startedAt !== undefined) events.push({ type: "stepStarted", at: now(), step, attempt });
    const log = followLog(engine, project, step, events);
    logs.set(step, log);
    return log;
  };
  /** In the order of the endings, each after its last line. */
  const settle = (step: string, status: StepStatus): void => {
    settled.add(step);
    const logged = start(step, status);
    told = told
      .then(() => logged)
      .then(() => events.push({ type: "stepFinished", at: now(), step, status: { ...status, step } }));
  };
  const take = (event: CollectedEvent): void => {
    if ("task" in event) return void results.set(event.task, event.results);
    const step = steps.get(event.post);
    if (step === undefined) return;
    if (isEnding(event.status.state)) settle(step, event.status);
    else void start(step, event.status);
  };
  await eachLine(engine, ["logs", "--follow", engine.container(project, COLLECTOR)], (stream, line) => {
    const event = stream === "stdout" ? read(line) : undefined;
    if (event !== undefined) take(event);
  });
  for (const step of steps.values()) if (!settled.has(step)) settle(step, uncollected());
  await told;
}

// --- Internal helpers ---

/** The line of an event; anything else (the run as a whole, which repeats them) is no news. */
function read(line: string): CollectedEvent | undefined {
  try {
    const value = JSON.parse(line) as CollectedEvent | CollectedRun;
    return "steps" in value ? undefined : value;
  } catch {
    return undefined;
  }
}

function followLog(
  engine: Engine,
  project: Project,
  step: string,
  events: Channel<Observation>,
): Promise<void> {
  return eachLine(engine, ["logs", "--follow", engine.container(project, step)], (stream, line) => {
    events.push({ type: "log", at: now(), step, stream, line });
    return events.ready();
  });
}

/** Resolves when both streams have ended. A reader that is not ready pauses them. */
async function eachLine(
  engine: Engine,
  words: readonly string[],
  take: (stream: "stdout" | "stderr", line: string) => Promise<void> | void | undefined,
): Promise<void> {
  const child = spawnEngine(engine.name, words);
  child.stdin?.end();
  const one = async (name: "stdout" | "stderr") => {
    const source = child[name];
    if (source === null) return;
    const lines = new Lines();
    source.on("data", (chunk: Buffer) => {
      const waits = lines.add(chunk).map((line) => take(name, line));
      const room = waits.find((wait) => wait !== undefined);
      if (room === undefined) return;
      source.pause();
      void room.then(() => source.resume());
    });
    await finished(source).catch(() => undefined);
    for (const line of lines.end()) take(name, line);
  };
  await Promise.all([one("stdout"), one("stderr")]);
}

/** The collector was killed too, so that nobody is left who knows. */
const uncollected = (): StepStatus => ({
  protocol: 1,
  step: "",
  state: "lost",
  by: "entrypoint",
  reason: "StepLost",
  message: "its containers were removed before it could report",
  exitCode: 1,
  attempt: 1,
  waitingSince: now(),
  finishedAt: now(),
});
