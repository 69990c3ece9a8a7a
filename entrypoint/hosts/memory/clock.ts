// Virtual time. It stands still while anything can go on, then jumps to the next thing that was planned; equal
// times happen in the order of planning. So a run of hours takes milliseconds, and the same run every time.

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}

/** The runtime's own queue: its turn comes when no promise has anything left to do. */
declare function setImmediate(work: () => void): unknown;

export class Clock {
  now: number;
  #planned: Planned[] = [];
  #order = 0;
  #running: Promise<void> | undefined;

  constructor(start: number) {
    this.now = start;
  }

  /** Plans `work` for `milliseconds` from now; the answer takes it back. */
  plan(milliseconds: number, work: () => void): () => void {
    const one = { at: this.now + Math.max(0, milliseconds), order: this.#order++, work };
    const after = this.#planned.findIndex(({ at }) => at > one.at);
    if (after < 0) this.#planned.push(one);
    else this.#planned.splice(after, 0, one);
    void this.run();
    return () => {
      this.#planned = this.#planned.filter((other) => other !== one);
    };
  }

  /** Resolves when nothing is planned and nothing goes on. */
  run(): Promise<void> {
    this.#running ??= this.#advance().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #advance(): Promise<void> {
    await quiet();
    for (let next = this.#planned.shift(); next !== undefined; next = this.#planned.shift()) {
      this.now = Math.max(this.now, next.at);
      next.work();
      await quiet();
    }
  }
}

const quiet = (): Promise<void> => new Promise((resolve) => void setImmediate(() => resolve()));
