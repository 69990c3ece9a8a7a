// What is certainly over when a Task starts. A step whose predecessor fails is skipped at once, so "A has settled" says
// little about what A was still waiting for; "A has succeeded" says that all before it has too.

import type { TaskKey } from "../model/keys.ts";
import { known } from "../model/known.ts";
import { Reach } from "./reach.ts";

export class Precedence {
  readonly #index: ReadonlyMap<TaskKey, number>;
  /** Settled before this one starts; settled whenever this one has settled. */
  readonly #started: Reach;
  readonly #settled: Reach;

  /** All names there will be. Whoever is waited for must have its own waits first. */
  constructor(names: readonly TaskKey[]) {
    this.#index = new Map(names.map((name, at) => [name, at]));
    this.#started = new Reach(names.length);
    this.#settled = new Reach(names.length);
  }

  /** `name` starts only when `before` has succeeded. */
  afterSuccess(name: TaskKey, before: TaskKey): void {
    this.#started.add(this.#at(name), this.#at(before));
  }

  /** `name` starts only when `before` has settled, either way. */
  afterEnd(name: TaskKey, before: TaskKey): void {
    this.#started.add(this.#at(name), this.#at(before), this.#settled);
  }

  /** `name` waits for nothing but `before`, so it cannot settle earlier. */
  waitsForNothingBut(name: TaskKey, before: TaskKey): void {
    this.#settled.add(this.#at(name), this.#at(before));
  }

  /** Whether `before` has certainly settled when `name` starts. */
  starts(name: TaskKey, before: TaskKey): boolean {
    return this.#started.has(this.#at(name), this.#at(before));
  }

  /** Whether `before` has certainly settled when `name` has. */
  settles(name: TaskKey, before: TaskKey): boolean {
    return this.#settled.has(this.#at(name), this.#at(before));
  }

  #at(name: TaskKey): number {
    return known(this.#index.get(name));
  }
}
