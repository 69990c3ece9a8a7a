// What can end a step from outside, waiting or running alike: a signal, the cancel file, the run's time limit.
// Other signals are for the command: kept until it runs, then sent to its whole process group.

import { type Host, HostError, type RunningProcess } from "../host.ts";
import { CANCEL_FILE, DOWNWARD_DIR, EXIT, type Flags, formatDuration } from "../protocol/index.ts";
import { CancelToken, inBackground } from "./cancel.ts";

/** Why a step is ended early, and what its ending will say. */
export interface Interruption {
  readonly state: "cancelled" | "timedOut";
  /** Whose end it is: a step that is out of time may be tried again, a Task in its next attempt, a run never. */
  readonly of: "step" | "Task" | "run";
  readonly message: string;
  readonly exitCode: number;
  /** The signal that asked for it: the command has it already. */
  readonly signal?: string;
}

export interface Control {
  readonly stop: CancelToken<Interruption>;
  /** Fired when the step is over, so that nothing goes on beside it. */
  readonly over: CancelToken<true>;
  readonly signals: SignalRelay;
}

/** Takes charge of signals, the cancel file and `-run_timeout`; to be called before anything is waited for. */
export function takeControl(host: Host, flags: Flags): Control {
  const stop = new CancelToken<Interruption>();
  const over = new CancelToken<true>();
  const signals = new SignalRelay();
  host.onSignal((name) => {
    signals.relay(name);
    const number = ENDING_SIGNALS[name];
    if (number === undefined) return;
    const message = `cancelled by ${name}`;
    const exitCode = EXIT.signalBase + number;
    stop.fire({ state: "cancelled", of: "run", message, exitCode, signal: name });
  });
  if (flags.run_timeout) limit(host, flags.run_timeout, "run", over, stop);
  if (isMounted(host)) watchCancelFile(host, over, stop);
  return { stop, over, signals };
}

/** Fires `stop` as timed out after `milliseconds`, unless `over` comes first. */
export function limit(
  host: Host,
  milliseconds: number,
  of: Interruption["of"],
  over: CancelToken<true>,
  stop: CancelToken<Interruption>,
  total: number = milliseconds,
): void {
  const message = `the ${of} exceeded its timeout of ${formatDuration(total)}`;
  const fire = () => stop.fire({ state: "timedOut", of, message, exitCode: EXIT.timedOut });
  inBackground(host.sleep(Math.max(0, milliseconds), over).then(fire), (line) => host.log(line));
}

/** Signals on their way to the command. */
export class SignalRelay {
  #process: RunningProcess | undefined;
  #kept: string[] = [];

  relay(name: string): void {
    if (this.#process === undefined) this.#kept.push(name);
    else this.#process.signal(name);
  }

  /** From now on signals go to this process; those kept so far go first. */
  attach(process: RunningProcess): void {
    this.#process = process;
    for (const name of this.#kept) process.signal(name);
    this.#kept = [];
  }

  detach(): void {
    this.#process = undefined;
  }
}

/** Signals that end the step; every other one is the command's business. */
const ENDING_SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** A directory that may not be looked into is none: nobody cancels through it. */
function isMounted(host: Host): boolean {
  try {
    return host.stat(DOWNWARD_DIR) !== undefined;
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}

/** The kubelet fills this file when the pod's cancel annotation is set (Tekton's keep-pod-on-cancel). */
function watchCancelFile(host: Host, over: CancelToken<true>, stop: CancelToken<Interruption>): void {
  const filled = () => ((host.stat(CANCEL_FILE)?.size ?? 0) > 0 ? true : undefined);
  const message = `cancelled by ${CANCEL_FILE}`;
  const exitCode = EXIT.signalBase + 15;
  const watch = host.until({ files: [CANCEL_FILE], peers: [] }, filled, over);
  inBackground(
    watch.then(() => stop.fire({ state: "cancelled", of: "run", message, exitCode })),
    (line) => host.log(line),
  );
}
