// Every signal that can be caught and is not the kernel's way of reporting this program's own faults (as tini does).

import { constants } from "node:os";

const NOT_FORWARDED: ReadonlySet<string> = new Set([
  ...["SIGKILL", "SIGSTOP", "SIGCHLD"],
  ...["SIGFPE", "SIGILL", "SIGSEGV", "SIGBUS", "SIGABRT", "SIGIOT", "SIGTRAP", "SIGSYS", "SIGSTKFLT"],
  // A write of this program's own to a closed pipe raises it; job control stops belong to the terminal.
  ...["SIGPIPE", "SIGTTIN", "SIGTTOU"],
  // Second names of a signal.
  ...["SIGPOLL", "SIGUNUSED"],
]);

export function onSignal(handler: (name: string) => void): void {
  for (const name of Object.keys(constants.signals))
    if (!NOT_FORWARDED.has(name)) process.on(name, () => handler(name));
}
