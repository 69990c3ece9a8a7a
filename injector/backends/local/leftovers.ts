// What a run without namespaces has left running: nothing ends a process there that has left its group, so that it is looked
// for by a variable that all processes of the run are given. One that has cleared its environment is not found.

import { readdirSync } from "node:fs";
import { send, stateOf, textOf } from "./processes.ts";

export const RUN_VARIABLE = "BATON_RUN";

/** Kills them, and those that they start meanwhile. Only where there is a /proc to look in. */
export function endLeftovers(directory: string): void {
  for (let found = processesOf(directory); found.length > 0; found = processesOf(directory))
    for (const pid of found) send(pid, "SIGKILL");
}

function processesOf(directory: string): readonly number[] {
  const mark = `\0${RUN_VARIABLE}=${directory}\0`;
  return numbersIn("/proc").filter((pid) => {
    if (pid === process.pid || stateOf(pid) === "Z") return false;
    return `\0${textOf(`/proc/${pid}/environ`)}`.includes(mark);
  });
}

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
