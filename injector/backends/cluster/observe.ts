// What happens in the pod, as observations: starts and endings from the collector, lines from each container's log, and from
// the API server what none of them can tell. Every step's ending is told once, whatever becomes of the pod or the connection.

import {
  type CollectedEvent,
  type Ending,
  EXIT,
  isEnding,
  PROTOCOL_VERSION,
  type StepStatus,
} from "../../../entrypoint/protocol/index.ts";
import type { Plan } from "../../plan/model/plan.ts";
import { now } from "../../record/follow.ts";
import type { Observations } from "../../record/observations.ts";
import { COLLECTOR } from "../collector.ts";
import { collectedEvent, type Results } from "../containers/observe.ts";
import { cancelledStep, lostStep } from "../containers/unreported.ts";
import { sidecarEnding } from "../host/status.ts";
import type { Connection } from "./connection.ts";
import { followLog } from "./logs.ts";
import type { Patience } from "./patience.ts";
import { type Pod, watchPod } from "./pod-watch.ts";
import {
  disruptionOf,
  endOf,
  hasStarted,
  POD_IS_OVER,
  type Stuck,
  statusesOf,
  stuckIn,
  unscheduled,
  whyOver,
} from "./trouble.ts";

export interface Watched {
  readonly connection: Connection;
  readonly patience: Patience;
  /** Its name in the cluster. */
  readonly pod: string;
  readonly plan: Plan;
  readonly events: Observations;
  readonly results: Results;
  /** Whether our own user has asked it to end. */
  cancelled(): boolean;
  /** Aborted: it is being killed, and nothing more is waited for. */
  readonly killed: AbortSignal;
}

export class PodObserver {
  readonly #run: Watched;
  /** Aborted when nothing more of the pod is to be told. */
  readonly #over = new AbortController();
  readonly #logsOver = new AbortController();
  readonly #containers: ReadonlyMap<string, Life>;
  readonly #open: Set<string>;
  readonly #started = new Set<string>();
  readonly #logs = new Map<string, Promise<void>>();
  readonly #collected = once();
  #told = Promise.resolve();
  #last: Pod | undefined;
  /** Of the pod's own end, once that is known. */
  #why: string | undefined;
  #notices = new Set<string>();

  constructor(run: Watched) {
    this.#run = run;
    const { steps, sidecars } = run.plan;
    this.#open = new Set(steps.map(({ id }) => id));
    this.#containers = new Map(
      [...steps, ...sidecars, { id: COLLECTOR }].map(({ id }) => [id, { up: once(), ended: once() }]),
    );
  }

  /** The newest that is known of the pod. */
  get pod(): Pod | undefined {
    return this.#last;
  }

  /** Whether any container of ours has been seen to run: until then there is nobody to be asked to end. */
  get isUp(): boolean {
    return this.#last !== undefined && statusesOf(this.#last).some(hasStarted);
  }

  /** Resolves when all has been told. */
  async watch(): Promise<void> {
    const { connection, patience, pod, plan, killed } = this.#run;
    const giveUp = () =>
      this.#giveUp((id) =>
        this.#started.has(id) ? lostStep(id, "killed") : cancelledStep(id, "cancelled before it had started"),
      );
    if (killed.aborted) giveUp();
    killed.addEventListener("abort", giveUp, { once: true });
    const look = (seen: Pod | "deleted") => this.#look(seen);
    const watching = watchPod(connection, patience, pod, look, this.#over.signal).catch((error: Error) =>
      this.#giveUp((id) => lostStep(id, `the API server tells nothing more of the pod: ${error.message}`)),
    );
    const collecting = this.#collect();
    const beside = plan.sidecars.map(({ id }) => this.#besideSteps(id));
    await collecting;
    await this.#told;
    await Promise.all(beside);
    this.#over.abort();
    await watching;
    killed.removeEventListener("abort", giveUp);
  }

  #notice(message: string): void {
    if (this.#notices.has(message)) return;
    this.#notices.add(message);
    this.#run.events.push({ type: "notice", at: now(), message });
  }

  /** Whether there is no more to be seen of the pod. */
  #look(seen: Pod | "deleted"): boolean {
    const before = this.#last;
    const stuck = seen === "deleted" ? undefined : this.#newest(seen);
    const why = whyOver(seen, before);
    if (stuck !== undefined) this.#stuck(stuck.container, stuck.why);
    else if (why !== undefined) void this.#overFor(why);
    return stuck !== undefined || why !== undefined;
  }

  #newest(pod: Pod): Stuck | undefined {
    this.#last = pod;
    const waits = unscheduled(pod);
    if (waits !== undefined) this.#notice(waits);
    for (const status of statusesOf(pod)) {
      const life = this.#containers.get(status.name);
      if (hasStarted(status)) life?.up.settle();
      if (status.state?.terminated) life?.ended.settle();
    }
    return stuckIn(pod);
  }

  /** Where steps are still open, what they and the collector have yet to tell comes soon, or is not there any more. */
  async #overFor(why: string): Promise<void> {
    this.#why = why;
    this.#releaseAll();
    if (this.#open.size === 0) return;
    const timer = setTimeout(() => this.#logsOver.abort(), LAST_LOGS_MS);
    await this.#collected.done;
    clearTimeout(timer);
    if (this.#open.size > 0) this.#giveUp((id) => lostStep(id, endOf(this.#last, id) ?? why));
  }

  /** A container that cannot start keeps the others waiting: they end for its sake. */
  #stuck(container: string, why: string): void {
    const isStep = this.#open.has(container);
    this.#giveUp((id) => {
      if (id === container) return unstarted(id, "setupFailed", why);
      if (!isStep) return unstarted(id, "setupFailed", `${container}: ${why}`);
      const cause = { step: container, state: "setupFailed" as const };
      const isLost = this.#started.has(id);
      const message = `${container} could not be started`;
      return isLost ? { ...lostStep(id, message), cause } : { ...unstarted(id, "skipped", message), cause };
    });
  }

  /** Ends what is open as is said of each, and waits for nothing more. */
  #giveUp(ending: (id: string) => StepStatus): void {
    for (const id of [...this.#open]) this.#settle(id, ending(id));
    this.#logsOver.abort();
    this.#releaseAll();
  }

  #releaseAll(): void {
    for (const { up, ended } of this.#containers.values()) {
      up.settle();
      ended.settle();
    }
  }

  /** To the end of what the collector says; if that is not all, the pod's own end says the rest. */
  async #collect(): Promise<void> {
    const { connection, patience, pod, plan, results } = this.#run;
    const steps = new Map(plan.steps.map(({ id, flags }) => [flags.post_file ?? "", id]));
    const take = (event: CollectedEvent): void => {
      if ("task" in event) return void results.set(event.task, event.results);
      const id = steps.get(event.post);
      if (id === undefined || !this.#open.has(id)) return;
      if (isEnding(event.status.state)) this.#settle(id, event.status);
      else void this.#start(id, event.status);
    };
    const life = this.#life(COLLECTOR);
    await life.up.done;
    const of = {
      pod,
      container: COLLECTOR,
      longest: Number.POSITIVE_INFINITY,
      enough: this.#logsOver.signal,
    };
    await followLog(connection, patience, of, (line) => {
      const event = collectedEvent(line);
      if (event !== undefined) take(event);
    });
    this.#collected.settle();
    if (this.#open.size === 0) return;
    await life.ended.done;
    const silent = `the collector did not tell: ${endOf(this.#last, COLLECTOR) ?? "the pod is gone"}`;
    const why = this.#why === undefined || this.#why === POD_IS_OVER ? silent : this.#why;
    this.#giveUp((id) => lostStep(id, endOf(this.#last, id) ?? why));
  }

  #start(id: string, { startedAt, attempt }: StepStatus): Promise<void> {
    const known = this.#logs.get(id);
    if (known !== undefined) return known;
    if (startedAt !== undefined) {
      this.#started.add(id);
      this.#run.events.push({ type: "stepStarted", at: now(), step: id, attempt });
    }
    const log = this.#log(id);
    this.#logs.set(id, log);
    return log;
  }

  async #log(id: string): Promise<void> {
    const { connection, patience, pod, events } = this.#run;
    await this.#life(id).up.done;
    await followLog(connection, patience, { pod, container: id, enough: this.#logsOver.signal }, (line) => {
      events.push({ type: "log", at: now(), step: id, stream: "stdout", line });
      return events.ready(id);
    });
  }

  /** In the order of the endings, each after its last line. */
  #settle(id: string, status: StepStatus): void {
    this.#open.delete(id);
    const logged = this.#start(id, status);
    const known = this.#fromOutside(status);
    this.#told = this.#told
      .then(() => logged)
      .then(() =>
        this.#run.events.push({ type: "stepFinished", at: now(), step: id, status: { ...known, step: id } }),
      );
  }

  /** Nobody but the kubelet ends a step that our user has not asked to: for whoever deletes the pod, drains its node, needs its room. */
  #fromOutside(status: StepStatus): StepStatus {
    if (status.state !== "cancelled" || this.#run.cancelled()) return status;
    const why =
      this.#why ?? (this.#last && disruptionOf(this.#last)) ?? "the pod was deleted or its node drained";
    return { ...status, message: `${status.message ?? "it was asked to end"}: ${why}` };
  }

  async #besideSteps(id: string): Promise<void> {
    const { events } = this.#run;
    const life = this.#life(id);
    await life.up.done;
    const own = () => statusesOf(this.#last ?? NO_POD).find(({ name }) => name === id);
    const status = own();
    if (status === undefined || !hasStarted(status)) return;
    const startedAt = now();
    events.push({ type: "stepStarted", at: startedAt, step: id, attempt: 1 });
    await this.#log(id);
    await life.ended.done;
    const ending = sidecarEnding(id, startedAt, own()?.state?.terminated?.exitCode);
    events.push({ type: "stepFinished", at: now(), step: id, status: ending });
  }

  #life(id: string): Life {
    const life = this.#containers.get(id);
    if (life === undefined) throw new Error(`the pod has no container ${id}`);
    return life;
  }
}

/** What is left of a log once its pod is over: nothing is waited for longer than this. */
const LAST_LOGS_MS = 5_000;

const NO_POD: Pod = { metadata: { name: "", uid: "", resourceVersion: "" }, status: {} };

interface Life {
  readonly up: Once;
  readonly ended: Once;
}

interface Once {
  readonly done: Promise<void>;
  settle(): void;
}

function once(): Once {
  let settle = () => {};
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { done, settle };
}

const unstarted = (step: string, state: Ending, message: string): StepStatus => ({
  protocol: PROTOCOL_VERSION,
  step,
  state,
  by: "entrypoint",
  reason: state === "skipped" ? "Skipped" : "CannotPrepare",
  message,
  exitCode: state === "skipped" ? 1 : EXIT.setupFailed,
  attempt: 1,
  waitingSince: now(),
  finishedAt: now(),
});
