// What is certainly over when a Task starts. A step whose predecessor fails is skipped at once, so "A has settled" says
// little about what A was still waiting for; "A has succeeded" says that all before it has too.

import { known } from "../model/known.ts";
import { Reach } from "./reach.ts";

export class Precedence {
  readonly #index: ReadonlyMap<string, number>;
  /** Settled before this one starts; settled whenever this one has settled. */
  readonly #started: Reach;
  readonly #settled: Reach;

  /** All names there will be. Whoever is waited for must have its own waits first. */
  constructor(names: readonly string[]) {
    this.#index = new Map(names.map((name, at) => [name, at]));
    this.#started = new Reach(names.length);
    this.#settled = new Reach(names.length);
  }

  /** `name` starts only when `before` has succeeded. */
  afterSuccess(name: string, before: string): void {
    this.#started.add(this.#at(name), this.#at(before));
  }

  /** `name` starts only when `before` has settled, either way. */
  afterEnd(name: string, before: string): void {
    this.#started.add(this.#at(name), this.#at(before), this.#settled);
  }

  /** `name` waits for nothing but `before`, so it cannot settle earlier. */
  waitsForNothingBut(name: string, before: string): void {
    this.#settled.add(this.#at(name), this.#at(before));
  }

  /** Whether `before` has certainly settled when `name` starts. */
  starts(name: string, before: string): boolean {
    return this.#started.has(this.#at(name), this.#at(before));
  }

  /** Whether `before` has certainly settled when `name` has. */
  settles(name: string, before: string): boolean {
    return this.#settled.has(this.#at(name), this.#at(before));
  }

  #at(name: string): number {
    return known(this.#index.get(name));
  }
}
