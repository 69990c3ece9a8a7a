// `sidecar`: runs beside the steps, and is ended (TERM, grace, KILL) once all of them have settled: exit code 0, its
// last output kept. If it ends by itself before, that is its ending, and that of the container. One that has a post file takes
// its turn as a step does, and posts when it is ready, or when it can be no more.

import type { Arguments } from "../command/arguments.ts";
import { commandOf, commandWords } from "../command/command.ts";
import { makeLayout } from "../command/layout.ts";
import { type Run, runOnce } from "../command/run.ts";
import { writeCredentials } from "../credentials/index.ts";
import { CancelToken, inBackground } from "../endings/cancel.ts";
import { type Control, type Interruption, takeControl } from "../endings/control.ts";
import { StepFault } from "../endings/fault.ts";
import { judge, type Outcome, type StatusEnding } from "../endings/outcome.ts";
import { type Command, type Host, HostError, Interrupted } from "../host.ts";
import { linger } from "../peers/linger.ts";
import { chainedTo } from "../peers/peers.ts";
import { waitForTurn } from "../peers/wait.ts";
import { DEFAULT_GRACE, EXIT, errorFile } from "../protocol/index.ts";
import {
  describeRecord,
  type OpenRecord,
  openRecord,
  post,
  saveStatus,
  timestamp,
} from "../record/record.ts";
import { untilReady } from "./ready.ts";

export async function runSidecar(host: Host, given: Arguments): Promise<number> {
  const { flags } = given;
  const control = takeControl(host, flags);
  host.adoptOrphans();
  if (flags.confined) host.confine();
  const word = new Word(host, given);
  const outcome = await runBeside(host, given, control, word);
  word.ended(outcome === "outlived" ? { kind: "interrupted", why: SETTLED } : outcome);
  const exitCode = outcome === "outlived" ? 0 : told(host, outcome, given);
  if (flags.linger !== undefined) await linger(host, flags.linger, control);
  control.over.fire(true);
  return exitCode;
}

function told(host: Host, outcome: Outcome, { flags }: Arguments): number {
  const { status, exitCode } = judge(outcome, flags.on_error);
  if (status.message !== undefined) host.log(`sidecar: ${status.message}`);
  return exitCode;
}

async function runBeside(
  host: Host,
  given: Arguments,
  control: Control,
  word: Word,
): Promise<Outcome | "outlived"> {
  const { flags } = given;
  try {
    if (flags.layout !== undefined) makeLayout(host, flags.layout, "-layout");
    word.open();
    if (given.problem !== undefined) throw new StepFault("InvalidFlags", given.problem);
    const argv = commandWords(host, given);
    await writeCredentials(host, flags);
    const { broken } = await waitForTurn(host, word.edges(), control.stop);
    if (broken !== undefined) return { kind: "chained", ...chainedTo(host, broken) };
    const run = await runUntil(host, given, control, commandOf(host, flags, argv), word);
    return run.kind === "interrupted" && run.why === SETTLED ? "outlived" : run;
  } catch (error) {
    return outcomeOf(error, control);
  }
}

/** Throws what is no ending. */
function outcomeOf(error: unknown, control: Control): Outcome {
  if (error instanceof Interrupted && control.stop.why !== undefined)
    return { kind: "interrupted", why: control.stop.why };
  if (error instanceof StepFault)
    return { kind: "setupFailed", reason: error.reason, message: error.message };
  if (error instanceof HostError)
    return { kind: "setupFailed", reason: "CannotPrepare", message: error.message };
  throw error;
}

/** The command, and as long as it runs the test of its being ready. */
async function runUntil(
  host: Host,
  given: Arguments,
  control: Control,
  command: Command,
  word: Word,
): Promise<Run> {
  const { flags } = given;
  const limits = { timeout: flags.timeout ?? 0, grace: flags.grace_period ?? DEFAULT_GRACE };
  const over = new CancelToken<true>();
  const stop = untilSettled(host, given, control);
  const forget = stop.onFire(() => over.fire(true));
  const running = runOnce(host, command, limits, { ...control, stop });
  void running.then(() => over.fire(true));
  if (word.isAwaited) {
    word.started();
    const ready = untilReady(host, flags, over).then((problem) => word.ready(problem));
    inBackground(ready, (line) => host.log(line));
  }
  const run = await running;
  forget();
  return run;
}

/** What a sidecar with a post file says to those who wait for it: once, and first of all that it lives. */
class Word {
  readonly #host: Host;
  readonly #given: Arguments;
  #record: OpenRecord | undefined;
  #startedAt: string | undefined;

  constructor(host: Host, given: Arguments) {
    this.#host = host;
    this.#given = given;
  }

  /** One that was started again has said it already. */
  open(): void {
    const { post_file: file } = this.#given.flags;
    if (file === undefined) return;
    if ([file, errorFile(file)].some((one) => this.#host.stat(one) !== undefined)) return;
    this.#record = openRecord(this.#host, describeRecord(this.#host, this.#given.flags));
  }

  get isAwaited(): boolean {
    return this.#record !== undefined;
  }

  edges() {
    const awaited = this.isAwaited ? (this.#given.flags.wait_file ?? []) : [];
    return awaited.map((one) => ({ post: one, settled: false, content: false }));
  }

  started(): void {
    this.#startedAt = timestamp(this.#host.now());
  }

  ready(problem: string | undefined): void {
    const by = "entrypoint";
    if (problem === undefined) this.#say({ state: "succeeded", by, message: "ready" }, "done");
    else {
      this.#host.log(`sidecar: ${problem}`);
      const exitCode = EXIT.timedOut;
      this.#say({ state: "timedOut", by, reason: "TimeoutExceeded", message: problem, exitCode }, "error");
    }
  }

  /** Before it was ready; else it is no news. */
  ended(outcome: Outcome): void {
    const { status, exitCode } = judge(outcome, undefined);
    const message = `the command ended before it was ready, exit code ${exitCode}`;
    const isOver = status.state === "succeeded";
    this.#say(isOver ? { ...status, state: "failed", message, exitCode: 1 } : status, "error");
  }

  #say(status: StatusEnding, how: "done" | "error"): void {
    const record = this.#record;
    if (record === undefined) return;
    this.#record = undefined;
    const at = timestamp(this.#host.now());
    const started = this.#startedAt === undefined ? {} : { startedAt: this.#startedAt };
    saveStatus(this.#host, record, { ...status, attempt: 1, ...started, finishedAt: at });
    post(this.#host, record, how, record.alive);
  }
}

const SETTLED: Interruption = {
  state: "cancelled",
  of: "run",
  message: "all steps have settled",
  exitCode: 0,
};

/** Fires when the steps have settled, or with whatever else ends a container. */
function untilSettled(host: Host, { flags }: Arguments, control: Control): CancelToken<Interruption> {
  const stop = new CancelToken<Interruption>();
  control.stop.onFire(() => control.stop.why && stop.fire(control.stop.why));
  const posts = flags.wait_settled ?? [];
  const edges = posts.map((post) => ({ post, settled: true, content: false }));
  if (edges.length === 0) return stop;
  const settled = waitForTurn(host, edges, control.over).then(() => stop.fire(SETTLED));
  inBackground(settled, (line) => host.log(line));
  return stop;
}
