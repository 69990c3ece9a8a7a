// A Task that has yet to begin when another one has failed does not begin, as in Tekton, which schedules nothing more then;
// what has begun goes on, and `finally` runs. Decided by what is recorded, so that all first steps of a Task agree.

import type { Host } from "../host.ts";
import { statusOf } from "../peers/peers.ts";
import { type Cause, errorFile, isFailure, type StepStatus } from "../protocol/index.ts";
import type { Step } from "../record/context.ts";

/** The step whose failure keeps the Task from beginning; undefined where it begins, or has begun in an earlier attempt. */
export function failedBefore({ host, flags, attempt = 1 }: Step): Cause | undefined {
  const { fail_fast: isAsked, post_file: own, task_name: task, wait_file: needs = [] } = flags;
  if (!isAsked || own === undefined || attempt > 1) return undefined;
  const failures = failuresBeside(host, own).filter((one) => one.task !== task);
  if (failures.length === 0) return undefined;
  const turn = latest(needs.flatMap((post) => statusOf(host, post)?.finishedAt ?? []));
  const failure = failures.find(({ finishedAt }) => finishedAt !== undefined && finishedAt < turn);
  return failure && (failure.cause ?? { step: failure.step, state: failure.state as Cause["state"] });
}

/** Steps of the run that have failed for good, and not of a Task that may. A directory that is no number is no step's. */
function failuresBeside(host: Host, own: string): readonly StepStatus[] {
  const [directory, name] = [own.split("/").slice(0, -2).join("/"), own.split("/").at(-1)];
  return (host.list(directory) ?? [])
    .filter((step) => /^\d+$/.test(step))
    .map((step) => `${directory}/${step}/${name}`)
    .filter((post) => host.stat(errorFile(post)) !== undefined)
    .flatMap((post) => statusOf(host, post) ?? [])
    .filter((status) => isFailure(status) && status.taskTolerated !== true);
}

/** Times as they are recorded, RFC 3339 in UTC with milliseconds, sort as text. */
const latest = (times: readonly string[]): string => [...times].sort().at(-1) ?? "";
