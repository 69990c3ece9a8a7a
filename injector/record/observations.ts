// What is seen of a run, told in the order of the edges. Each step's output and ending come by ways of their own, so that a
// step may be seen to start before the last line of the one it waited for has been read: whoever reads is told of that first.

import type { Edge, Plan, PlannedStep } from "../plan/model/plan.ts";
import { Channel, HIGH_WATER } from "./channel.ts";
import type { Observation } from "./record.ts";

type OfStep = Exclude<Observation, { readonly type: "notice" }>;

/** A queue between those who see what steps do and the one who reads. What is of a sidecar is told as it comes. */
export class Observations implements AsyncIterable<Observation> {
  readonly #told = new Channel<Observation>(weightOf);
  readonly #held = new Map<string, OfStep[]>();
  readonly #writers = new Map<string, (() => void)[]>();
  /** By step: the attempt it has been told to be in; infinite once its ending is told. */
  readonly #reached = new Map<string, number>();
  readonly #needs: ReadonlyMap<string, readonly Need[]>;
  readonly #dependents: ReadonlyMap<string, readonly string[]>;

  constructor(plan: Pick<Plan, "steps" | "tasks">) {
    this.#needs = new Map(plan.steps.map((step) => [step.id, needsOf(plan, step)]));
    this.#dependents = dependentsIn(this.#needs);
  }

  /** What is seen of one step is to be pushed in its order: its start, its lines, its ending. */
  push(event: Observation): void {
    if (event.type === "notice") {
      this.#told.push(event);
      return;
    }
    const held = this.#held.get(event.step) ?? [];
    held.push(event);
    this.#held.set(event.step, held);
    if (endsByItself(event)) this.#tellAll(event.step);
    else if (held.length === 1) this.#release([event.step]);
  }

  /** No more to come; the reader gets what is left, then the end, or `failure` thrown. */
  close(failure?: { readonly error: unknown }): void {
    for (const step of this.#held.keys()) this.#tellAll(step);
    this.#told.close(failure);
  }

  /** Resolves at once while there is room for more of this step, else when the reader has caught up with it. */
  ready(step: string): Promise<void> | undefined {
    if (!isFull(this.#held.get(step) ?? [])) return this.#told.ready();
    return new Promise((resolve) => this.#writers.set(step, [...(this.#writers.get(step) ?? []), resolve]));
  }

  [Symbol.asyncIterator](): AsyncGenerator<Observation, void> {
    return this.#told[Symbol.asyncIterator]();
  }

  /** Tells what these steps may be told of by now, and then those who waited for it. */
  #release(steps: readonly string[]): void {
    const open = [...steps];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      const held = this.#held.get(step) ?? [];
      let due = 0;
      for (const event of held) {
        if (!this.#isDue(event)) break;
        due += 1;
        if (this.#tell(event)) open.push(...(this.#dependents.get(step) ?? []));
      }
      this.#keep(step, held.slice(due));
    }
  }

  #tellAll(step: string): void {
    for (const event of this.#held.get(step) ?? []) this.#tell(event);
    this.#keep(step, []);
    this.#release(this.#dependents.get(step) ?? []);
  }

  #keep(step: string, rest: OfStep[]): void {
    this.#held.set(step, rest);
    if (isFull(rest)) return;
    for (const wake of this.#writers.get(step) ?? []) wake();
    this.#writers.delete(step);
  }

  #isDue(event: OfStep): boolean {
    const attempt = event.type === "stepStarted" ? event.attempt : (this.#reached.get(event.step) ?? 1);
    return (this.#needs.get(event.step) ?? []).every(
      ({ step, until }) => (this.#reached.get(step) ?? 0) >= (until === "itsAttempt" ? attempt : ENDED),
    );
  }

  /** Whether others may have waited for it. */
  #tell(event: OfStep): boolean {
    this.#told.push(event);
    if (event.type === "log" || event.type === "lines") return false;
    this.#reached.set(event.step, event.type === "stepStarted" ? event.attempt : ENDED);
    return true;
  }
}

/** Lines are most of what is told: each counts, and a long one for several. */
const weightOf = (event: Observation): number =>
  event.type === "lines" ? event.lines.reduce((sum, { length }) => sum + 1 + (length >> 8), 0) : 1;

const isFull = (held: readonly Observation[]): boolean =>
  held.reduce((sum, event) => sum + weightOf(event), 0) >= HIGH_WATER;

const ENDED = Number.POSITIVE_INFINITY;

interface Need {
  readonly step: string;
  /** Steps of a Task that is tried again play each attempt one after the other, and end together. */
  readonly until: "itsEnd" | "itsAttempt";
}

function needsOf({ steps, tasks }: Pick<Plan, "steps" | "tasks">, step: PlannedStep): readonly Need[] {
  const again = tasks.some(({ name, retries }) => name === step.task && retries > 0);
  return step.needs.flatMap(({ step: index }: Edge) => {
    const need = steps[index];
    if (need === undefined) return [];
    return { step: need.id, until: again && need.task === step.task ? "itsAttempt" : "itsEnd" };
  });
}

function dependentsIn(needs: ReadonlyMap<string, readonly Need[]>): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const [step, own] of needs)
    for (const need of own) dependents.set(need.step, [...(dependents.get(need.step) ?? []), step]);
  return dependents;
}

/** It was cancelled, killed or could not be prepared while it waited: that is nothing which others have led to. */
const endsByItself = (event: OfStep): boolean =>
  event.type === "stepFinished" &&
  event.status.startedAt === undefined &&
  event.status.cause === undefined &&
  event.status.state !== "skipped";
