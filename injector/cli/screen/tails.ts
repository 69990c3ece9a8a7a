// The last lines of each step, for the end of a run that fails.

import type { RunEvent } from "../../record/record.ts";

const LINES = 10;

export class Tails {
  readonly #count: number;
  readonly #lines = new Map<string, string[]>();

  constructor(count: number = LINES) {
    this.#count = count;
  }

  add(event: RunEvent): void {
    if (event.type !== "log") return;
    const lines = this.#lines.get(event.step);
    if (lines === undefined) this.#lines.set(event.step, [event.line]);
    else if (lines.push(event.line) > this.#count) lines.shift();
  }

  of(step: string): readonly string[] {
    return this.#lines.get(step) ?? [];
  }
}
