// One run in containers, from a plan to its last event: images, start, watch, end, clear away.

import { tmpdir } from "node:os";
import type { DigestSet } from "../../../entrypoint/protocol/index.ts";
import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import type { Plan } from "../../plan/model/plan.ts";
import { follow, now } from "../../record/follow.ts";
import type { Observations } from "../../record/observations.ts";
import type { StreamEvent } from "../../record/record.ts";
import type { Runner, RunOptions } from "../backend.ts";
import { disown, makeRunDirectory } from "../host/directory.ts";
import { probeProblems } from "../host/ready.ts";
import { stopOn } from "../host/stop.ts";
import { call } from "./call.ts";
import type { Engine, Project } from "./engine.ts";
import { withGivenData } from "./given-data.ts";
import { claimsIn } from "./here/claims.ts";
import { type Driver, NotHere } from "./here/driver.ts";
import { leaveMark, takeMark } from "./here/marks.ts";
import { containersOf } from "./here/network.ts";
import { followHere, startHere } from "./here/run.ts";
import { directoryPrefix, sweep as sweepHere } from "./here/sweep.ts";
import { entrypointImage, lookAt, nativeProgram, withImages } from "./images.ts";
import { isOrphan, ownName } from "./names.ts";
import { type Results, resultIn, watchContainers } from "./observe.ts";
import { refused } from "./refused.ts";
import { resolvedImages } from "./resolved-images.ts";
import { cancelledStep } from "./unreported.ts";

export interface ContainerOptions {
  /** The network of the containers, where it is not the engine's own choice. */
  readonly network?: string;
}

export const containerRunner = (engine: Engine, { network }: ContainerOptions): Runner => ({
  name: engine.name,
  async *run(plan, options) {
    const name = ownName(plan.name, ++runs, options.keep);
    const asked = network === undefined ? {} : { network };
    const driver = await engine.here();
    try {
      if (driver !== undefined) return yield* runInHere(engine, driver, { name, ...asked }, plan, options);
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
    }
    yield* runElsewhere(engine, { name, ...asked }, plan, options);
  },
});

interface Asked {
  readonly name: string;
  readonly network?: string;
}

/** On this machine: as one of its processes would. */
async function* runInHere(
  engine: Engine,
  driver: Driver,
  asked: Asked,
  plan: Plan,
  options: RunOptions,
): AsyncGenerator<StreamEvent, void> {
  const swept = sweepHere(driver);
  const images = await unlessCancelled(options, (signal) =>
    withImages(plan, driver.name, driver.look, signal),
  );
  if (images === undefined) return yield* neverStarted(engine, plan, options);
  const program = nativeProgram();
  const directory = makeRunDirectory(tmpdir(), directoryPrefix(driver.name));
  if (driver.marks !== undefined) leaveMark(driver.marks, asked.name);
  try {
    const claims = await claimsIn(plan, driver);
    const network = asked.network ?? (await driver.network(asked.name));
    const own = network === undefined ? {} : { network };
    const here = { driver, images, directory, program, name: asked.name, claims, swept, ...own };
    const run = await startHere(here, options);
    if (run === undefined) yield* neverStarted(engine, plan, options);
    else yield* followHere(run, plan, options);
  } finally {
    if (options.keep === true) disown(directory);
    else {
      await driver.remove(asked.name, containersOf(plan, asked));
      await driver.removeDirectory(directory);
    }
    if (driver.marks !== undefined) takeMark(driver.marks, asked.name);
  }
}

/** Anywhere: with volumes in place of directories, a container that fills them, and one that reads them. */
async function* runElsewhere(
  engine: Engine,
  asked: Asked,
  plan: Plan,
  options: RunOptions,
): AsyncGenerator<StreamEvent, void> {
  const problems = [...probeProblems(plan, false), ...pieceProblems(plan)];
  if (problems.length > 0) throw new UserError(problems);
  const swept = await sweep(engine);
  const made = await unlessCancelled(options, (signal) =>
    Promise.all([
      withImages(plan, engine.name, (image) => lookAt(engine.name, image), signal),
      entrypointImage(engine.name),
    ]),
  );
  if (made === undefined) return yield* neverStarted(engine, plan, options);
  const [images, { name: entrypoint, digest }] = made;
  const project: Project = { ...asked, plan: withGivenData(images.plan), entrypointImage: entrypoint };
  try {
    yield* drive(engine, project, plan, options, { swept, entrypoint: digest });
  } finally {
    if (options.keep !== true) await engine.remove(project.name);
  }
}

/** Of a volume of an engine only whole directories can be mounted, by any version of it. */
const pieceProblems = ({ steps, sidecars, volumes }: Plan): readonly Diagnostic[] =>
  [...steps, ...sidecars].flatMap(({ id, mounts }) =>
    mounts
      .filter(({ subPath }) => subPath !== undefined)
      .filter(({ volume }) => volumes.some(({ name, source }) => name === volume && "files" in source))
      .map(({ subPath, path }) => ({
        code: "volume-not-portable" as const,
        message: `${id} mounts the one file ${subPath} at ${path}, which an engine elsewhere cannot`,
        severity: "error" as const,
        cure: "mount the whole ConfigMap or Secret at a directory, or run on this machine's own engine",
      })),
  );

let runs = 0;

/** Undefined where the run was cancelled meanwhile. */
async function unlessCancelled<T>(
  { signal, kill }: RunOptions,
  look: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const asked = AbortSignal.any([signal, kill].filter((one) => one !== undefined));
  try {
    const found = await look(asked);
    return asked.aborted ? undefined : found;
  } catch (error) {
    if (asked.aborted) return undefined;
    throw error;
  }
}

/** The stream of a run that was cancelled before any of its containers had been started. */
async function* neverStarted(
  engine: Engine,
  plan: Plan,
  options: RunOptions,
): AsyncGenerator<StreamEvent, void> {
  const cancelledBy = stopOn(options, plan).cancelledBy();
  const watch = (events: Observations) => {
    for (const { id } of plan.steps)
      events.push({
        type: "stepFinished",
        at: now(),
        step: id,
        status: cancelledStep(id, `cancelled by ${cancelledBy}`),
      });
    events.close();
    return () => {};
  };
  const read = async () => ({});
  yield* follow(plan, { backend: engine.name, watch, read, cancelledBy: () => cancelledBy });
}

async function* drive(
  engine: Engine,
  project: Project,
  plan: Plan,
  options: RunOptions,
  { swept, entrypoint }: { readonly swept: number; readonly entrypoint: DigestSet },
): AsyncGenerator<StreamEvent, void> {
  // Steps run while the engine still starts others: the run begins before the engine has answered, and who ends it with
  // grace has to wait until all can be told.
  const startedAt = now();
  const started = await engine.start(project, options.kill);
  if (options.kill?.aborted) return yield* neverStarted(engine, plan, options);
  if (started.code !== 0) throw refused(engine.name, `start ${plan.name}`, started);
  const images = resolvedImages(engine, project, options.kill);
  const notices = [
    ...(swept > 0
      ? [`cleared away ${swept === 1 ? "a run" : `${swept} runs`} whose baton had been killed`]
      : []),
    ...(options.keep === true ? [`kept in ${engine.name} as ${project.name}`] : []),
  ];
  const results: Results = new Map();
  const stop = stopOn(options, plan);
  const watch = (events: Observations) => {
    for (const message of notices) events.push({ type: "notice", at: now(), message });
    watchContainers(engine, project, events, results).then(
      () => events.close(),
      (error: unknown) => events.close({ error }),
    );
    return stop.watch([signals(engine, project)]);
  };
  yield* follow(plan, {
    backend: engine.name,
    startedAt,
    watch,
    entrypoint,
    images: () => images,
    read: async (source) => {
      const text = resultIn(plan, results, source);
      return text === undefined ? {} : { text };
    },
    cancelledBy: () => stop.cancelledBy(),
  });
}

/** All steps of the run as one: the engine takes many names at once, and those that have ended do not mind. */
function signals(engine: Engine, project: Project) {
  const names = project.plan.steps.map(({ id }) => engine.container(project, id));
  const send = (signal: string) =>
    void call(engine.name, ["kill", "--signal", signal, ...names]).catch(() => undefined);
  return { signal: send, kill: () => send("SIGKILL") };
}

async function sweep(engine: Engine): Promise<number> {
  const orphans = (await engine.projects()).filter(isOrphan);
  for (const name of orphans) await engine.remove(name);
  return orphans.length;
}
