// `sidecar`: runs beside the steps, and is ended (TERM, grace, KILL) once all of them have settled: exit code 0, its
// last output kept. If it ends by itself before, that is its ending, and that of the container.

import type { Arguments } from "../command/arguments.ts";
import { commandOf, commandWords } from "../command/command.ts";
import { makeLayout } from "../command/layout.ts";
import { runOnce } from "../command/run.ts";
import { writeCredentials } from "../credentials/index.ts";
import { CancelToken, inBackground } from "../endings/cancel.ts";
import { type Control, type Interruption, takeControl } from "../endings/control.ts";
import { StepFault } from "../endings/fault.ts";
import { judge, type Outcome } from "../endings/outcome.ts";
import { type Host, HostError } from "../host.ts";
import { waitForTurn } from "../peers/wait.ts";
import { DEFAULT_GRACE } from "../protocol/index.ts";

export async function runSidecar(host: Host, given: Arguments): Promise<number> {
  const control = takeControl(host, given.flags);
  host.adoptOrphans();
  if (given.flags.confined) host.confine();
  const outcome = await runBeside(host, given, control);
  control.over.fire(true);
  if (outcome === "outlived") return 0;
  const { status, exitCode } = judge(outcome, given.flags.on_error);
  if (status.message !== undefined) host.log(`sidecar: ${status.message}`);
  return exitCode;
}

async function runBeside(host: Host, given: Arguments, control: Control): Promise<Outcome | "outlived"> {
  const { flags } = given;
  try {
    if (given.problem !== undefined) throw new StepFault("InvalidFlags", given.problem);
    if (flags.layout !== undefined) makeLayout(host, flags.layout, "-layout");
    const argv = commandWords(host, given);
    await writeCredentials(host, flags);
    const stop = untilSettled(host, given, control);
    const command = commandOf(host, flags, argv);
    const limits = { timeout: flags.timeout ?? 0, grace: flags.grace_period ?? DEFAULT_GRACE };
    const run = await runOnce(host, command, limits, { ...control, stop });
    return run.kind === "interrupted" && run.why === SETTLED ? "outlived" : run;
  } catch (error) {
    if (error instanceof StepFault)
      return { kind: "setupFailed", reason: error.reason, message: error.message };
    if (error instanceof HostError)
      return { kind: "setupFailed", reason: "CannotPrepare", message: error.message };
    throw error;
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
