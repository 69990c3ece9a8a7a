// Runs the command, and again where it fails, in place: same container, same files.

import { type Limits, type Run, runOnce } from "../command/run.ts";
import type { Control } from "../endings/control.ts";
import { type Command, type Host, Interrupted, type Started } from "../host.ts";
import { type Attempt, beneath, EXIT, stepArtifactsDir, stepResultsDir } from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { insist, type StepRecord, saveStatus, timestamp } from "../record/record.ts";

export interface Runs {
  readonly last: Run;
  readonly attempts: readonly Attempt[];
}

/**
 * `earlier` are runs of earlier attempts of the Task; the count of attempts goes on from them. `started` is the first
 * run, where it is recorded and under way.
 */
export async function runWithRetries(
  step: Step,
  command: Command,
  limits: Limits,
  earlier: readonly Attempt[],
  started?: Started,
): Promise<Runs> {
  const { host, flags, record, control } = step;
  const attempts = [...earlier];
  const firstStart = timestamp(started?.at ?? host.now());
  let startedAt = firstStart;
  let under = started?.spawned;
  for (let retry = 0; ; retry++) {
    if (under === undefined) recordRun(host, record, attempts, firstStart);
    const last = await runOnce(host, command, limits, control, under);
    attempts.push(attemptOf(last, startedAt, timestamp(host.now())));
    if (retry >= (flags.retries ?? 0) || !isWorthRetrying(last, control)) return { last, attempts };
    const interrupted = await pause(step, retry);
    if (interrupted !== undefined) return { last: interrupted, attempts };
    removeProducts(host, record);
    startedAt = timestamp(host.now());
    under = undefined;
  }
}

/** Results and artifacts of a run that failed are not those of the next one. */
export function removeProducts(host: Host, { metadata }: StepRecord): void {
  if (metadata === undefined) return;
  for (const directory of [stepResultsDir(metadata), stepArtifactsDir(metadata)]) {
    insist(host, beneath(directory, 2), (place) => {
      host.remove(place);
      host.makeDirectory(place);
    });
  }
}

/** Milliseconds before retry n (from 0): doubling, at most five minutes, less up to half of it by jitter (0 to 1). */
export const backoff = (first: number, retry: number, jitter: number): number =>
  Math.min(first * 2 ** retry, LONGEST_PAUSE) * (1 - jitter / 2);

function recordRun(host: Host, record: StepRecord, attempts: readonly Attempt[], startedAt: string): void {
  const before = attempts.length > 0 ? { attempts: [...attempts] } : {};
  saveStatus(host, record, { state: "running", attempt: attempts.length + 1, ...before, startedAt });
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 300_000;

function attemptOf(run: Run, startedAt: string, finishedAt: string): Attempt {
  switch (run.kind) {
    case "exited":
      return "signal" in run.exit
        ? { startedAt, finishedAt, exitCode: EXIT.signalBase + run.exit.number, signal: run.exit.signal }
        : { startedAt, finishedAt, exitCode: run.exit.code };
    case "interrupted": {
      const reason = run.why.state === "timedOut" ? "TimeoutExceeded" : "Cancelled";
      return { startedAt, finishedAt, exitCode: run.why.exitCode, reason };
    }
    case "notStarted": {
      const exitCode = run.why === "notFound" ? EXIT.notFound : EXIT.notExecutable;
      return { startedAt, finishedAt, exitCode };
    }
  }
}

/** What will be the same the next time is not tried again: a missing command, a cancellation, a Task out of time. */
function isWorthRetrying(run: Run, control: Control): boolean {
  if (control.stop.fired) return false;
  if (run.kind === "exited") return "signal" in run.exit || run.exit.code !== 0;
  return run.kind === "interrupted" && run.why.of === "step";
}

/** Jitter comes from the step's name and the time: steps that failed together do not come back together. */
async function pause({ host, flags, record, control }: Step, retry: number): Promise<Run | undefined> {
  const jitter = Number.parseInt(host.sha256Of(`${record.step} ${host.now()}`).slice(0, 8), 16) / 2 ** 32;
  try {
    await host.sleep(backoff(flags.retry_backoff ?? FIRST_PAUSE, retry, jitter), control.stop);
    return undefined;
  } catch (error) {
    if (!(error instanceof Interrupted) || control.stop.why === undefined) throw error;
    return { kind: "interrupted", why: control.stop.why };
  }
}
