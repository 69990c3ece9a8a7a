// A Cancel that says why it fired. The first reason stays; whoever listens later is called at once.

import { type Cancel, Interrupted } from "../host.ts";

export class CancelToken<Why> implements Cancel {
  #why: Why | undefined;
  readonly #callbacks = new Set<() => void>();

  get fired(): boolean {
    return this.#why !== undefined;
  }

  /** What it fired with; undefined until then. */
  get why(): Why | undefined {
    return this.#why;
  }

  fire(why: Why): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    for (const callback of [...this.#callbacks]) callback();
    this.#callbacks.clear();
  }

  onFire(callback: () => void): () => void {
    if (this.fired) callback();
    else this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }
}

/** Lets a wait go on beside the story: its being interrupted is no news, and any other failure is told once. */
export function inBackground(work: Promise<void>, tell: (line: string) => void): void {
  work.catch((error: unknown) => {
    if (!(error instanceof Interrupted)) tell(String(error));
  });
}
