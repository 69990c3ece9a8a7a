// Runs a plan as one pod of a cluster: created, watched, read, and cleared away.

import type { Plan } from "../plan/model/plan.ts";
import { follow, now } from "../record/follow.ts";
import type { Observations } from "../record/observations.ts";
import type { StreamEvent } from "../record/record.ts";
import type { Runner, RunOptions } from "./backend.ts";
import { type Connection, type ConnectionOptions, connect } from "./cluster/connection.ts";
import { type DocumentOptions, documentsOf } from "./cluster/documents.ts";
import { imagesOf } from "./cluster/images.ts";
import { Objects } from "./cluster/objects.ts";
import { PodObserver } from "./cluster/observe.ts";
import { PATIENCE_MS, patience } from "./cluster/patience.ts";
import { refused } from "./cluster/refused.ts";
import { ownName } from "./containers/names.ts";
import { type Results, resultIn } from "./containers/observe.ts";
import { stopOn } from "./host/stop.ts";
import type { OwnPodOptions } from "./kubernetes/options.ts";

export interface ClusterOptions extends ConnectionOptions, OwnPodOptions {
  readonly entrypointImage: string;
  /** How long an API server that does not answer is waited for, in milliseconds. */
  readonly patience?: number;
}

export const clusterRunner = (options: ClusterOptions): Runner => ({
  name: "kubernetes",
  async *run(plan, asked) {
    const connection = await connect(options);
    const name = ownName(plan.name, ++runs, asked.keep);
    const objects = new Objects(connection, name);
    const { namespace } = connection;
    const inject = options.inject ?? (await injection(connection));
    const documents = (how: "init" | "image-volume"): DocumentOptions => ({
      ...options,
      namespace,
      inject: how,
    });
    const startedAt = now();
    await objects.sweep();
    try {
      await objects.create(documentsOf(name, plan, documents(inject)));
    } catch (error) {
      await objects.remove();
      throw refused(error, `take the run ${plan.name}`);
    }
    yield* drive({ connection, objects, name, startedAt, patience: options.patience }, plan, asked);
  },
});

let runs = 0;

/** Image volumes are there by default from 1.35 on. */
async function injection(connection: Connection): Promise<"init" | "image-volume"> {
  try {
    const { major, minor } = await connection.call("GET", "/version");
    const version = Number(major) * 1000 + Number.parseInt(String(minor), 10);
    return version >= 1035 ? "image-volume" : "init";
  } catch (error) {
    throw refused(error, "say which version it has");
  }
}

interface Made {
  readonly connection: Connection;
  readonly objects: Objects;
  readonly name: string;
  readonly startedAt: string;
  readonly patience: number | undefined;
}

async function* drive(made: Made, plan: Plan, options: RunOptions): AsyncGenerator<StreamEvent, void> {
  const { connection, objects, name, startedAt } = made;
  const results: Results = new Map();
  const stop = stopOn(options, plan);
  const ended = new AbortController();
  const killed = new AbortController();
  let observer: PodObserver | undefined;
  const watch = (events: Observations) => {
    const say = (message: string) => events.push({ type: "notice", at: now(), message });
    if (options.keep === true) say(`kept in the namespace ${connection.namespace} as the pod ${name}`);
    const calm = patience(say, AbortSignal.any([ended.signal, killed.signal]), made.patience ?? PATIENCE_MS);
    const pod = new PodObserver({
      connection,
      patience: calm,
      pod: name,
      plan,
      events,
      results,
      cancelled: () => stop.cancelledBy() !== undefined,
      killed: killed.signal,
    });
    observer = pod;
    const kill = () => killed.abort();
    const unwatch = stop.watch([
      { signal: () => (pod.isUp ? void objects.cancel().catch(kill) : kill()), kill },
    ]);
    const clear = once(async () => {
      if (options.keep !== true)
        await objects.remove(killed.signal.aborted).catch((error: Error) => say(left(name, error)));
    });
    pod
      .watch()
      .then(clear)
      .then(
        () => events.close(),
        (error: unknown) => events.close({ error }),
      );
    return async () => {
      unwatch();
      killed.abort();
      await clear();
      ended.abort();
    };
  };
  yield* follow(plan, {
    backend: "kubernetes",
    startedAt,
    watch,
    images: async () => imagesOf(plan, observer?.pod),
    read: async (source) => {
      const text = resultIn(plan, results, source);
      return text === undefined ? {} : { text };
    },
    cancelledBy: () => stop.cancelledBy(),
  });
}

const left = (name: string, { message }: Error): string =>
  `the pod ${name} could not be deleted (${message}): \`kubectl delete pod ${name}\``;

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
