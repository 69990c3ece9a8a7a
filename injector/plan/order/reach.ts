// Who comes after whom, at any distance: one bit for each pair that is related. A thousand items take 125 kB at most, and
// an edge costs 32 machine words. Items are numbers from 0.

export class Reach {
  readonly #words: number;
  readonly #rows: (Uint32Array | undefined)[] = [];

  /** `size`: how many items there can be. */
  constructor(size: number) {
    this.#words = Math.ceil(size / 32);
  }

  /** `later` comes after `earlier` and after all that comes before `earlier`, here or in `as`. */
  add(later: number, earlier: number, as: Reach = this): void {
    const row = this.#rows[later] ?? new Uint32Array(this.#words);
    this.#rows[later] = row;
    const more = as.#rows[earlier];
    if (more !== undefined)
      for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) | (more[at] ?? 0);
    row[earlier >>> 5] = (row[earlier >>> 5] ?? 0) | bit(earlier);
  }

  has(later: number, earlier: number): boolean {
    return ((this.#rows[later]?.[earlier >>> 5] ?? 0) & bit(earlier)) !== 0;
  }

  /** How many of `set`, a row of bits, are before this one. */
  count(later: number, set: Uint32Array): number {
    const row = this.#rows[later];
    return row === undefined ? 0 : set.reduce((sum, part, at) => sum + ones(part & (row[at] ?? 0)), 0);
  }

  /** A row of bits, for `count`. */
  row(items: readonly number[]): Uint32Array {
    const row = new Uint32Array(this.#words);
    for (const item of items) row[item >>> 5] = (row[item >>> 5] ?? 0) | bit(item);
    return row;
  }
}

const bit = (item: number): number => 1 << (item & 31);

/** The bits that are set in a word (Hamming weight). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
