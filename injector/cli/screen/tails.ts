// The last lines of each step, for the end of a run that fails.

import type { StreamEvent } from "../../record/record.ts";

const LINES = 10;

export class Tails {
  readonly #count: number;
  readonly #lines = new Map<string, readonly string[]>();

  constructor(count: number = LINES) {
    this.#count = count;
  }

  add(event: StreamEvent): void {
    if (event.type !== "log" && event.type !== "lines") return;
    const said = event.type === "log" ? [event.line] : event.lines.slice(-this.#count);
    const before = this.#lines.get(event.step) ?? [];
    this.#lines.set(event.step, [...before, ...said].slice(-this.#count));
  }

  of(step: string): readonly string[] {
    return this.#lines.get(step) ?? [];
  }
}
