// Runs the command once, within its limits. Ending it early is TERM to its process group, the grace period, KILL;
// after its own end the rest of its group is killed, as a container's processes are when its first one exits.

import { CancelToken, inBackground } from "../endings/cancel.ts";
import { type Control, type Interruption, limit } from "../endings/control.ts";
import type { Command, Exit, Host, RunningProcess, Spawned } from "../host.ts";

/** Milliseconds; 0 is none. */
export interface Limits {
  readonly timeout: number;
  /** What is left of the Task's time, and its whole, where it has a limit. */
  readonly task?: { readonly left: number; readonly total: number };
  readonly grace: number;
}

export type Run =
  | { readonly kind: "exited"; readonly exit: Exit }
  | { readonly kind: "interrupted"; readonly why: Interruption; readonly exit?: Exit }
  | {
      readonly kind: "notStarted";
      readonly why: "notFound" | "notExecutable" | "failed";
      readonly problem: string;
    };

/** `under` is the command where it has been started already. */
export async function runOnce(
  host: Host,
  command: Command,
  limits: Limits,
  control: Control,
  under?: Spawned,
): Promise<Run> {
  if (under === undefined && control.stop.why !== undefined)
    return { kind: "interrupted", why: control.stop.why };
  const spawned = under ?? host.spawn(command);
  if (!spawned.ok) return { kind: "notStarted", why: spawned.why, problem: spawned.problem };
  const { process } = spawned;
  control.signals.attach(process);
  const ended = new CancelToken<true>();
  const interrupted = new CancelToken<Interruption>();
  const forget = control.stop.onFire(() => control.stop.why && interrupted.fire(control.stop.why));
  interrupted.onFire(() => endEarly(host, process, interrupted.why, limits.grace, ended));
  if (limits.timeout > 0) limit(host, limits.timeout, "step", ended, interrupted);
  if (limits.task) limit(host, limits.task.left, "Task", ended, interrupted, limits.task.total);
  const exit = await process.ended;
  process.signal("SIGKILL");
  control.signals.detach();
  forget();
  ended.fire(true);
  const isTold = "code" in exit && exit.told !== undefined;
  return interrupted.why === undefined || isTold
    ? { kind: "exited", exit }
    : { kind: "interrupted", why: interrupted.why, exit };
}

/** Where a signal was the reason, the command has had it already. */
function endEarly(
  host: Host,
  process: RunningProcess,
  why: Interruption | undefined,
  grace: number,
  ended: CancelToken<true>,
): void {
  if (why?.signal === undefined) process.signal("SIGTERM");
  const kill = host.sleep(grace, ended).then(() => process.signal("SIGKILL"));
  inBackground(kill, (line) => host.log(line));
}
