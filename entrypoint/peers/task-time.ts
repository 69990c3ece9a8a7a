// The time limit of a fused Task: it counts from the start of the Task's first step, whichever step is running.

import type { Interruption } from "../endings/control.ts";
import type { Host } from "../host.ts";
import { EXIT, type Flags, formatDuration } from "../protocol/index.ts";
import { statusOf } from "./peers.ts";

export interface TimeLeft {
  /** Milliseconds; negative when time is up. */
  readonly left: number;
  readonly total: number;
  /** What an ending for want of time says. */
  readonly over: Interruption;
}

/** undefined where the Task has no limit. A first step that was skipped counts from then. */
export function timeLeft(host: Host, flags: Flags): TimeLeft | undefined {
  const { task_timeout: total, task_start: first, post_file: own } = flags;
  if (!total) return undefined;
  const status = first === undefined || first === own ? undefined : statusOf(host, first);
  const started = status?.startedAt ?? status?.finishedAt;
  const left = started === undefined ? total : Date.parse(started) + total - host.now();
  const message = `the Task exceeded its timeout of ${formatDuration(total)}`;
  return { left, total, over: { state: "timedOut", of: "Task", message, exitCode: EXIT.timedOut } };
}
