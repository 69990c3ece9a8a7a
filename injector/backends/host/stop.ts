// Ending a run from outside: the first request asks every entrypoint, which gives its command TERM and grace; the
// second, or a grace that was not enough, kills.

import { DEFAULT_GRACE } from "../../../entrypoint/protocol/index.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RunFacts } from "../../record/outcome.ts";
import type { RunOptions } from "../backend.ts";

/** What can be ended: a process, a container, or all of them as one. */
export interface Stoppable {
  /** To the entrypoint alone; it passes the signal on. */
  signal(name: NodeJS.Signals): void;
  /** Everything of it, now. */
  kill(): void;
}

type SignalName = NonNullable<RunFacts["cancelledBy"]>;

export interface Stop {
  cancelledBy(): SignalName | undefined;
  /** Returns how to stop watching. */
  watch(steps: readonly Stoppable[]): () => void;
}

/** What an entrypoint gets beyond its grace period to write its record. */
const MARGIN_MS = 5_000;

export function stopOn({ signal, kill }: RunOptions, plan: Plan): Stop {
  const grace = Math.max(DEFAULT_GRACE, ...plan.steps.map(({ flags }) => flags.grace_period ?? 0));
  return {
    cancelledBy: () =>
      signal?.aborted === true ? nameOf(signal) : kill?.aborted === true ? "SIGKILL" : undefined,
    watch: (steps) => {
      let timer: NodeJS.Timeout | undefined;
      const killAll = () => {
        for (const step of steps) step.kill();
      };
      const ask = () => {
        for (const step of steps) step.signal(nameOf(signal));
        timer = setTimeout(killAll, grace + MARGIN_MS);
      };
      onAbort(signal, ask);
      onAbort(kill, killAll);
      return () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", ask);
        kill?.removeEventListener("abort", killAll);
      };
    },
  };
}

function nameOf(signal: AbortSignal | undefined): "SIGINT" | "SIGTERM" | "SIGHUP" {
  const reason: unknown = signal?.reason;
  return reason === "SIGINT" || reason === "SIGHUP" ? reason : "SIGTERM";
}

function onAbort(signal: AbortSignal | undefined, callback: () => void): void {
  if (signal?.aborted === true) callback();
  else signal?.addEventListener("abort", callback, { once: true });
}
