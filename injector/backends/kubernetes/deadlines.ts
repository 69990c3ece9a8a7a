// How long the kubelet lets the pod be, and how long it waits for its end.
//
// The entrypoints keep the timeouts, with grace. The pod's own deadline is for the case that they cannot (an image that is
// never pulled, a node that is stuck), so it leaves them half as much again, as Tekton does.

import { DEFAULT_GRACE } from "../../../entrypoint/protocol/index.ts";
import type { Plan } from "../../plan/model/plan.ts";

/** How long the kubelet waits by itself, in seconds; said only where a step needs longer. */
const DEFAULT_TERMINATION_GRACE = 30;
/** Seconds left after the grace of the slowest step, for records and for the kubelet. */
const GRACE_RESERVE = 5;

export function deadlines(plan: Plan): Readonly<Record<string, number>> {
  const graces = [...plan.steps, ...plan.sidecars].map(({ flags }) => flags.grace_period ?? DEFAULT_GRACE);
  const grace = Math.ceil(Math.max(0, ...graces) / 1000) + GRACE_RESERVE;
  const limit = plan.timeout ?? longest(plan);
  return {
    ...(limit === undefined ? {} : { activeDeadlineSeconds: Math.ceil(limit * 0.0015) + grace }),
    ...(grace > DEFAULT_TERMINATION_GRACE ? { terminationGracePeriodSeconds: grace } : {}),
  };
}

/** Where the run has no limit, but each of its steps has: as long as it takes if no two of them share their time. */
function longest({ steps }: Plan): number | undefined {
  const limits = new Map<string, number>();
  for (const { flags } of steps) {
    const {
      run_timeout: whole,
      task_timeout: task,
      task_start: start = "",
      task_retries: retries = 0,
    } = flags;
    const limit = whole ?? (task === undefined ? undefined : task * (1 + retries));
    if (limit === undefined) return undefined;
    const shared = whole === undefined ? start : "";
    limits.set(shared, Math.max(limit, limits.get(shared) ?? 0));
  }
  return [...limits.values()].reduce((sum, limit) => sum + limit, 0);
}
