// One background program with its output in a file, ended by its id.

import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

export interface Daemon {
  /** Waits until it is ready; throws, with the end of its output, when it ends before. */
  until(what: string, ready: () => boolean | Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

export function startDaemon(words: readonly string[], log: string): Daemon {
  const [program = "", ...args] = words;
  const output = openSync(log, "w");
  const child = spawn(program, args, { stdio: ["ignore", output, output] });
  closeSync(output);
  const ended = new Promise<void>((settle) => {
    child.once("exit", () => settle());
    child.once("error", () => settle());
  });
  const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  return {
    until: (what, ready) =>
      waitUntil(what, async () => {
        if (gone()) throw new Error(`${program} ended:\n${readFileSync(log, "utf8").slice(-2000)}`);
        return await ready();
      }),
    stop: async () => {
      if (!gone()) child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Looks four times a second, for at most two minutes. */
export async function waitUntil(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`within two minutes: ${what}`);
    await new Promise((settle) => setTimeout(settle, 250));
  }
}
