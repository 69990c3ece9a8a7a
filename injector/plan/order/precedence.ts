// What is certainly over when a Task starts. A step whose predecessor fails is skipped at once, so "A has settled" says
// little about what A was still waiting for; "A has succeeded" says that all before it has too. One bit per pair: a
// thousand Tasks take 250 kB, and an edge costs 32 machine words.

export class Precedence {
  readonly #index: ReadonlyMap<string, number>;
  /** Settled before this one starts; settled whenever this one has settled. */
  readonly #started: readonly Uint32Array[];
  readonly #settled: readonly Uint32Array[];

  /** All names there will be. Whoever is waited for must have its own waits first. */
  constructor(names: readonly string[]) {
    this.#index = new Map(names.map((name, at) => [name, at]));
    const rows = () => names.map(() => new Uint32Array(Math.ceil(names.length / 32)));
    this.#started = rows();
    this.#settled = rows();
  }

  /** `name` starts only when `before` has succeeded. */
  afterSuccess(name: string, before: string): void {
    include(this.#started[this.#at(name)], this.#at(before), this.#started);
  }

  /** `name` starts only when `before` has settled, either way. */
  afterEnd(name: string, before: string): void {
    include(this.#started[this.#at(name)], this.#at(before), this.#settled);
  }

  /** `name` waits for nothing but `before`, so it cannot settle earlier. */
  waitsForNothingBut(name: string, before: string): void {
    include(this.#settled[this.#at(name)], this.#at(before), this.#settled);
  }

  /** Whether `before` has certainly settled when `name` starts. */
  starts(name: string, before: string): boolean {
    return contains(this.#started[this.#at(name)], this.#at(before));
  }

  /** Whether `before` has certainly settled when `name` has. */
  settles(name: string, before: string): boolean {
    return contains(this.#settled[this.#at(name)], this.#at(before));
  }

  #at(name: string): number {
    return this.#index.get(name) ?? -1;
  }
}

/** Adds `other` and all that its row holds. */
function include(row: Uint32Array | undefined, other: number, from: readonly Uint32Array[]): void {
  const more = from[other];
  if (row === undefined || more === undefined) return;
  for (let part = 0; part < row.length; part += 1) row[part] = (row[part] ?? 0) | (more[part] ?? 0);
  row[other >>> 5] = (row[other >>> 5] ?? 0) | (1 << (other & 31));
}

const contains = (row: Uint32Array | undefined, at: number): boolean =>
  at >= 0 && (((row?.[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
