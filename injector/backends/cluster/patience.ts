// What a run does about an API server that goes away: pods run on without it, so that it is waited for, and what was being
// watched is asked for again.

import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, Unreachable } from "./connection.ts";

export interface Patience {
  /**
   * Again and again while there is no answer; the last error once patience has run out, or what the server refuses. Whoever
   * asks says when there was an answer, of which there may be more to come.
   */
  insist<T>(ask: (answered: () => void) => Promise<T>): Promise<T>;
}

/** An API server that is updated is away for some seconds, one that is restored for longer. */
export const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** `say` is called once for each time that it is away. */
export function patience(say: (message: string) => void, signal: AbortSignal, limit = PATIENCE_MS): Patience {
  let told = false;
  const tell = ({ message }: Error) => {
    if (!told) say(`the API server does not answer (${message}): waiting for it`);
    told = true;
  };
  const isBack = () => {
    told = false;
  };
  return { insist: (ask) => insist(ask, new Wait(limit, signal), tell, isBack) };
}

async function insist<T>(
  ask: (answered: () => void) => Promise<T>,
  wait: Wait,
  tell: (error: Error) => void,
  isBack: () => void,
): Promise<T> {
  const answered = () => {
    wait.begin();
    isBack();
  };
  for (;;)
    try {
      return await ask(answered);
    } catch (error) {
      if (!isPassing(error) || wait.isOver()) throw error;
      tell(error as Error);
      await wait.pause();
    }
}

/** From the first failure on, with pauses that grow. */
class Wait {
  readonly #limit: number;
  readonly #signal: AbortSignal;
  #end: number | undefined;
  #pause = FIRST_PAUSE_MS;

  constructor(limit: number, signal: AbortSignal) {
    this.#limit = limit;
    this.#signal = signal;
  }

  begin(): void {
    this.#end = undefined;
    this.#pause = FIRST_PAUSE_MS;
  }

  isOver(): boolean {
    this.#end ??= Date.now() + this.#limit;
    return this.#signal.aborted || Date.now() > this.#end;
  }

  async pause(): Promise<void> {
    await sleep(this.#pause, undefined, { signal: this.#signal }).catch(() => undefined);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS);
  }
}

/** It may be otherwise in a moment: no answer, too many requests, a server that starts or that is behind one that does. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof ApiError && (error.status === 429 || error.status >= 500));

export const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
