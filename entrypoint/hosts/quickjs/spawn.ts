// Running the command: a process group of its own, standard input from /dev/null unless it is a terminal, output
// inherited or copied on its way.

import * as native from "baton:native";
import { type Command, type Exit, HostError, type RunningProcess, type Spawned } from "../../host.ts";
import { endOf, reapChildren } from "./children.ts";
import { type Copier, copier, inherited } from "./copier.ts";
import { checked } from "./errors.ts";
import { O_RDWR } from "./flags.ts";
import { candidates, refusal } from "./lookup.ts";
import { signalNumber } from "./signals.ts";

export function spawn(command: Command, log: (line: string) => void): Spawned {
  reapChildren();
  try {
    const out = command.stdoutPath === undefined ? inherited(1) : copier(1, command.stdoutPath, log);
    const err = command.stderrPath === undefined ? inherited(2) : copier(2, command.stderrPath, log);
    const pid = start(command, out.target, err.target);
    for (const one of [out, err]) one.started();
    if (pid >= 0) return { ok: true, process: running(pid, endOf(pid), [out, err]) };
    for (const one of [out, err]) void one.drained();
    return refusal(command, -pid);
  } catch (error) {
    if (error instanceof HostError) return { ok: false, why: "failed", problem: error.message };
    throw error;
  }
}

/** Standard input of a command, to be closed again where it is not 0. Throws HostError. */
export const inputOf = (): number =>
  native.isatty(0) === 1 ? 0 : checked("/dev/null", native.open("/dev/null", O_RDWR, 0));

function start(command: Command, out: number, err: number): number {
  const input = inputOf();
  const { argv, environment } = command;
  const nowhere = command.quiet === true ? checked("/dev/null", native.open("/dev/null", O_RDWR, 0)) : -1;
  const pid = native.spawn(
    candidates(command),
    argv,
    environment,
    nowhere < 0 ? [input, out, err] : [input, nowhere, nowhere],
    command.hermetic === true,
  );
  if (nowhere >= 0) native.close(nowhere);
  if (input !== 0) native.close(input);
  return pid;
}

const running = (pid: number, exited: Promise<Exit>, copiers: readonly Copier[]): RunningProcess => ({
  pid,
  ended: exited.then(async (exit) => {
    for (const one of copiers) await one.drained();
    return exit;
  }),
  // A group that is gone is fine, and so is one whose last members are not ours to signal.
  signal: (name) => void native.kill(-pid, signalNumber(name) ?? 0),
});
