// $(context.task.retry-count): which attempt of its Task a step is in, from 0. Known here alone, as attempts are in place.

import type { Reader } from "./substitute.ts";

/** `attempt` counts from 1; without one the reference is somebody else's. */
export const attemptReader =
  (attempt: number | undefined): Reader =>
  ({ path }) =>
    attempt !== undefined && path.join(".") === "context.task.retry-count" ? String(attempt - 1) : undefined;
