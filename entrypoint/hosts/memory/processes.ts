// Commands as functions: each is told its argv and environment, may write files, sleep, and mind signals.

import type { Command, Exit, Files, RunningProcess, Spawned } from "../../host.ts";
import type { Clock } from "./clock.ts";

/** What a scripted command can do. Once it was killed, nothing it waits for comes any more. */
export interface Scripted {
  readonly argv: readonly string[];
  readonly environment: readonly string[];
  /** The current directory. */
  readonly directory: string;
  readonly hermetic: boolean;
  readonly files: Files;
  sleep(milliseconds: number): Promise<void>;
  /** Minds a signal instead of dying of it; SIGKILL cannot be minded. */
  onSignal(name: string, handler: () => void): void;
}

/** Answers with an exit code. */
export type Program = (command: Scripted) => Promise<number> | number;

/** Programs by argv[0]; a name that is not here is not found, and "notExecutable" is what it says. */
export type Programs = Readonly<Record<string, Program | "notExecutable">>;

/** The machine that a command runs on, as far as it can tell. */
export interface Surroundings {
  readonly clock: Clock;
  readonly files: Files;
  readonly directory: string;
}

export function spawnScripted(around: Surroundings, programs: Programs, command: Command): Spawned {
  const [name = ""] = command.argv;
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program === undefined) return { ok: false, why: "notFound", problem: `${name}: command not found` };
  if (program === "notExecutable")
    return { ok: false, why: "notExecutable", problem: `${name}: permission denied` };
  return { ok: true, process: new ScriptedProcess(around, program, command) };
}

const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};

class ScriptedProcess implements RunningProcess {
  readonly pid = 1;
  readonly ended: Promise<Exit>;
  readonly #handlers = new Map<string, () => void>();
  #end: (exit: Exit) => void = () => undefined;
  #over = false;

  constructor(
    { clock, files, directory }: Surroundings,
    program: Program,
    { argv, environment, hermetic = false }: Command,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = (exit) => {
        this.#over = true;
        resolve(exit);
      };
    });
    const sleep = (milliseconds: number) =>
      new Promise<void>((resolve) => {
        clock.plan(milliseconds, () => this.#over || resolve());
      });
    const onSignal = (signal: string, handler: () => void) => {
      this.#handlers.set(signal, handler);
    };
    const run = async () => program({ argv, environment, directory, hermetic, files, sleep, onSignal });
    run().then((code) => this.#over || this.#end({ code }));
  }

  signal(name: string): void {
    if (this.#over) return;
    const handler = name === "SIGKILL" ? undefined : this.#handlers.get(name);
    const number = NUMBERS[name];
    if (handler !== undefined) handler();
    else if (number !== undefined) this.#end({ signal: name, number });
  }
}
