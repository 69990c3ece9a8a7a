// A queue between those who observe (processes, watchers) and the one who reads. It is bounded by manners: a producer
// that can pause asks `ready()` before it goes on, so that a slow reader slows the pipes and fills no memory.

export const HIGH_WATER = 1024;

export class Channel<T> implements AsyncIterable<T> {
  readonly #weigh: (item: T) => number;
  #items: T[] = [];
  #weight = 0;
  #closed = false;
  #failure: { readonly error: unknown } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  /** What an item counts for; by default each is one. */
  constructor(weigh: (item: T) => number = () => 1) {
    this.#weigh = weigh;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#weight += this.#weigh(item);
    this.#wakeReader?.();
  }

  /** No more items; the reader gets what is left, then the end, or `failure` thrown. */
  close(failure?: { readonly error: unknown }): void {
    this.#closed = true;
    this.#failure = failure;
    this.#wakeReader?.();
  }

  /** Resolves at once while there is room, else when the reader has caught up. */
  ready(): Promise<void> | undefined {
    if (this.#weight < HIGH_WATER) return undefined;
    return new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const batch = this.#items;
      this.#items = [];
      this.#weight = 0;
      yield* batch;
      for (const wake of this.#wakeWriters.splice(0)) wake();
      if (this.#items.length > 0) continue;
      if (this.#closed) break;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
