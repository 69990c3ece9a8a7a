// One run in containers of an engine on this machine, from a plan to its last event. Baton makes the directories, containers
// mount them, and baton reads in them how each step went: no container of ours stands before, after or beside the steps.

import { readFileSync } from "node:fs";
import type { Plan, PlannedSidecar } from "../../../plan/model/plan.ts";
import { follow, now } from "../../../record/follow.ts";
import type { Observations } from "../../../record/observations.ts";
import type { StreamEvent } from "../../../record/record.ts";
import type { RunOptions } from "../../backend.ts";
import { openGate } from "../../host/gate.ts";
import { digestOf } from "../../host/program.ts";
import { readResult } from "../../host/read.ts";
import { type Prober, untilReady } from "../../host/ready.ts";
import { type Stop, stopOn } from "../../host/stop.ts";
import { sourcePlace } from "../../host/volumes.ts";
import type { Called } from "../call.ts";
import { refused } from "../refused.ts";
import { imagesSeen } from "../resolved-images.ts";
import { watchContainer } from "./container.ts";
import { type Driver, NotHere, Refused, type RunningContainer, type StartContext } from "./driver.ts";
import { type Here, type Prepared, prepare } from "./prepare.ts";
import { type ContainerSpec, containerName, hasGate } from "./spec.ts";

/** Undefined where it was killed before all containers were up. Throws UserError for what the engine refuses. */
export async function startHere(here: Here, options: RunOptions): Promise<Run | undefined> {
  const prepared = prepare(here);
  const startedAt = now();
  const notices = new Notices();
  try {
    const running = await startAll(here, prepared, {
      run: here.name,
      directory: here.directory,
      keep: options.keep === true,
      kill: options.kill,
      notice: notices.say,
    });
    return { here, prepared, startedAt, notices, running };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (options.kill?.aborted) return undefined;
    if (isElsewhere(here, error.called)) throw new NotHere();
    throw refused(here.driver.name, `start ${error.id} of ${here.images.plan.name}`, error.called);
  }
}

/** A directory that has just been made is not there, or what podman says is not to be had from another machine. */
const isElsewhere = ({ directory }: Here, { stderr }: Called): boolean =>
  /passthrough/.test(stderr) ||
  (/no such file or directory|does not exist/.test(stderr) && stderr.includes(directory));

export interface Run {
  readonly here: Here;
  readonly prepared: Prepared;
  readonly startedAt: string;
  readonly notices: Notices;
  /** By name in the engine. */
  readonly running: ReadonlyMap<string, RunningContainer>;
}

/** `plan` is the one that was asked for. */
export function followHere(run: Run, plan: Plan, options: RunOptions): AsyncGenerator<StreamEvent, void> {
  const { here, prepared, startedAt } = run;
  const stop = stopOn(options, plan);
  return follow(plan, {
    backend: here.driver.name,
    startedAt,
    watch: (events) => watchAll(run, options, events, stop),
    entrypoint: digestOf(readFileSync(here.program)),
    images: async () => imagesSeen(here.images.plan, here.images.looks),
    read: async (source) => readResult(sourcePlace(source, prepared.volumes)),
    cancelledBy: () => stop.cancelledBy(),
  });
}

/** How many containers an engine is asked to start at the same time. */
const LANES = 4;

/** The holder of their network first, then all others as they come. */
async function startAll(
  { driver }: Here,
  { holder, specs }: Prepared,
  context: StartContext,
): Promise<Run["running"]> {
  const running = new Map<string, RunningContainer>();
  if (holder !== undefined) running.set(holder.name, await driver.start(holder, context));
  const left = [...specs];
  const lane = async () => {
    for (let spec = left.shift(); spec !== undefined; spec = left.shift())
      running.set(spec.name, await driver.start(spec, context));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return running;
}

function watchAll(
  { here, prepared, notices, running }: Run,
  options: RunOptions,
  events: Observations,
  stop: Stop,
): () => void {
  notices.hearBy((message) => events.push({ type: "notice", at: now(), message }));
  if (options.keep === true)
    notices.say(`kept in ${here.driver.name} as ${here.name} and in ${here.directory}`);
  const over = new Set<string>();
  const watched = prepared.specs.map(async (spec) => {
    const container = running.get(spec.name);
    if (container !== undefined) await watchContainer(prepared.files(spec), container, events);
    over.add(spec.id);
  });
  const holder = running.get(prepared.holder?.name ?? "");
  holder?.stdout.resume();
  holder?.stderr.resume();
  const swept = here.swept.then((said) => said && notices.say(said));
  Promise.all([...watched, begin(here, prepared, over), swept]).then(
    () => events.close(),
    (error: unknown) => events.close({ error }),
  );
  return stop.watch([signals(here.driver, prepared.specs)]);
}

/** When all containers are up and the sidecars ready. `over`: what has ended has nobody to wait for. */
async function begin(
  { driver, images }: Here,
  { holder, site, volumes }: Prepared,
  over: ReadonlySet<string>,
) {
  const { plan } = images;
  const prober: Prober = {
    exec: ({ id }, argv, milliseconds) => driver.exec(containerName(site, id), argv, milliseconds),
    address: async ({ id }) =>
      site.network === "host" ? "127.0.0.1" : driver.address(holder?.name ?? containerName(site, id)),
  };
  const isOver = ({ id }: PlannedSidecar) => over.has(id) || plan.steps.every((step) => over.has(step.id));
  await untilReady(plan, prober, isOver);
  if (hasGate(plan)) openGate(plan, volumes);
}

/** What there is to say before somebody listens is said when they do. */
class Notices {
  #early: string[] = [];
  #hear: ((message: string) => void) | undefined;

  readonly say = (message: string): void => {
    if (this.#hear === undefined) this.#early.push(message);
    else this.#hear(message);
  };

  hearBy(hear: (message: string) => void): void {
    this.#hear = hear;
    for (const message of this.#early.splice(0)) hear(message);
  }
}

/** All steps and sidecars of the run as one. */
function signals(driver: Driver, specs: readonly ContainerSpec[]) {
  const names = specs.map(({ name }) => name);
  const send = (name: NodeJS.Signals) => void driver.signal(names, name).catch(() => undefined);
  return { signal: send, kill: () => send("SIGKILL") };
}
