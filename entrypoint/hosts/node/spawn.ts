// Running the command on Node, by execa: a process group of its own, standard input from /dev/null unless it is a
// terminal, output inherited or copied on its way.

import { constants } from "node:os";
import { isatty } from "node:tty";
import { execa } from "execa";
import type { Command, Exit, RunningProcess, Spawned } from "../../host.ts";
import { lookUp } from "./lookup.ts";
import { type Copier, copier } from "./tee.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function spawn(command: Command): Spawned {
  const environment = toObject(command.environment);
  const [name = "", ...words] = command.argv;
  const found = lookUp(name, environment["PATH"] ?? DEFAULT_PATH);
  if (!found.ok) return found;
  if (command.hermetic === true && process.platform !== "linux")
    return { ok: false, why: "failed", problem: "hermetic execution needs Linux namespaces" };

  const out = copier(1, command.stdoutPath);
  const err = copier(2, command.stderrPath);
  const [file, argv0, args] =
    command.hermetic === true ? isolated(found.file, words) : [found.file, name, words];
  const child = execa(file, args, {
    argv0,
    env: environment,
    extendEnv: false,
    // A new session: signals to the entrypoint's own group do not reach the command twice.
    detached: true,
    cleanup: false,
    stdin: isatty(0) ? "inherit" : "ignore",
    stdout: command.quiet === true ? "ignore" : out.target,
    stderr: command.quiet === true ? "ignore" : err.target,
    buffer: false,
    reject: false,
  });
  out.started();
  err.started();
  if (child.pid === undefined) {
    const problem = `${found.file}: the system refused to start it (too many processes, or arguments too long)`;
    return { ok: false, why: "failed", problem };
  }
  const exited = new Promise<Exit>((settle) =>
    child.once("exit", (code, signal) => settle(signal === null ? { code: code ?? 0 } : died(signal))),
  );
  return { ok: true, process: running(child.pid, exited, [out, err]) };
}

/** As PID 1 it is everybody; else orphans are somebody else's here, and their group has been ended with the command. */
export async function endAll(): Promise<boolean> {
  if (process.pid === 1) signalGroup(1, "SIGKILL");
  return true;
}

function running(pid: number, exited: Promise<Exit>, copiers: readonly Copier[]): RunningProcess {
  return {
    pid,
    ended: exited.then(async (exit) => {
      await Promise.all(copiers.map((one) => one.drained()));
      return exit;
    }),
    signal: (name) => signalGroup(pid, name),
  };
}

function signalGroup(group: number, name: string): void {
  try {
    process.kill(-group, name);
  } catch (error) {
    // ESRCH: nobody is left in it. EPERM: who is left there is not ours (set-uid programs, zombies on macOS).
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

const died = (signal: NodeJS.Signals): Exit => ({ signal, number: constants.signals[signal] });

/**
 * util-linux makes the namespaces; the user keeps its id, a new network has nothing but a loopback that is down. A shell
 * is their first process, because the kernel keeps from a first process the signals that it does not expect.
 */
const isolated = (file: string, words: readonly string[]): [string, string, readonly string[]] => {
  const namespaces = ["--user", "--map-current-user", "--mount", "--pid", "--net"];
  const init = ["sh", "-c", '"$@"; exit $?', "sh"];
  return ["unshare", "unshare", [...namespaces, "--fork", "--kill-child", "--", ...init, file, ...words]];
};

function toObject(environment: readonly string[]): Record<string, string> {
  const pairs = environment.flatMap((word) => {
    const equals = word.indexOf("=");
    return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1)]] : [];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}
