// A step's limits, seen from outside. Its entrypoint keeps them, and without namespaces what it runs can stop it or trace it:
// then it is ended from here, by the smaller of the run's limit from its launch and its own from its observed start.

import type { Flags } from "../../../entrypoint/protocol/index.ts";
import { stateOf } from "./processes.ts";

export interface OuterLimit {
  /** Its command has begun, whatever its record says. */
  begun(): void;
  /** It has ended, or is being ended. */
  forget(): void;
}

/** `end` is called once, where the entrypoint `pid` has not kept what `flags` say. */
export function outerLimit(flags: Flags, pid: number | undefined, end: () => void): OuterLimit {
  const timers: NodeJS.Timeout[] = [];
  let isBegun = false;
  const forget = () => timers.splice(0).forEach(clearTimeout);
  const over = () => {
    forget();
    end();
  };
  const isStopped = () => pid !== undefined && /[Tt]/.test(stateOf(pid));
  const limit = (milliseconds: number, grace: number) => {
    if (milliseconds <= 0) return;
    // One that is stopped ends nothing, however long it is waited for.
    timers.push(setTimeout(() => isStopped() && over(), bounded(milliseconds + MARGIN_MS)));
    timers.push(setTimeout(over, bounded(milliseconds + grace + LONG_MARGIN_MS)));
  };
  const { run_timeout: run = 0, grace_period: grace = DEFAULT_GRACE_MS } = flags;
  limit(run, grace);
  return {
    begun: () => {
      if (isBegun) return;
      isBegun = true;
      limit(longest(flags, grace), grace);
    },
    forget,
  };
}

/** From the first start of the command to its last end, pauses between its runs included; 0 where there is no limit. */
function longest(flags: Flags, grace: number): number {
  const { timeout = 0, retries = 0, retry_backoff: backoff = 0, task_timeout = 0, task_retries = 0 } = flags;
  const pauses = backoff === 0 ? 0 : LONGEST_BACKOFF_MS;
  const attempt = timeout === 0 ? 0 : timeout + retries * (timeout + grace + pauses);
  const limits = [attempt, task_timeout].filter((one) => one > 0);
  return limits.length === 0 ? 0 : Math.min(...limits) + task_retries * (Math.min(...limits) + grace);
}

/** What the entrypoint gets to notice, and to record. */
const MARGIN_MS = 1_000;
const LONG_MARGIN_MS = 5_000;
const DEFAULT_GRACE_MS = 10_000;
/** The entrypoint's own (`-retry_backoff`). */
const LONGEST_BACKOFF_MS = 300_000;

/** Node's timers take no more than 31 bits. */
const bounded = (milliseconds: number): number => Math.min(milliseconds, 2 ** 31 - 1);
