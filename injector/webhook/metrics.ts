// What Prometheus is told: how many reviews ended how, and how long they took.

import type { Outcome } from "./review.ts";

const OUTCOMES = ["untouched", "injected", "refused", "failed"] as const;
/** Seconds. */
const BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];

export class Metrics {
  readonly #counts = new Map<string, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  readonly #buckets = BOUNDS.map(() => 0);
  #sum = 0;
  #all = 0;

  count(outcome: Outcome | "failed", milliseconds?: number): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
    if (milliseconds === undefined) return;
    const seconds = milliseconds / 1000;
    this.#sum += seconds;
    this.#all += 1;
    for (const [at, bound] of BOUNDS.entries())
      if (seconds <= bound) this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
  }

  text(): string {
    const name = "baton_webhook_reviews";
    return [
      `# HELP ${name}_total Admission reviews by what became of them.`,
      `# TYPE ${name}_total counter`,
      ...[...this.#counts].map(([outcome, count]) => `${name}_total{outcome="${outcome}"} ${count}`),
      `# HELP ${name}_seconds How long reviews took.`,
      `# TYPE ${name}_seconds histogram`,
      ...BOUNDS.map((bound, at) => `${name}_seconds_bucket{le="${bound}"} ${this.#buckets[at]}`),
      `${name}_seconds_bucket{le="+Inf"} ${this.#all}`,
      `${name}_seconds_sum ${this.#sum}`,
      `${name}_seconds_count ${this.#all}`,
      "",
    ].join("\n");
  }
}
