// File descriptors that whoever started baton left open for its children: none of them is for a step. Node cannot close them
// there, but it can put something else in their place.

import type { IOType } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

type Stdio = (IOType | number)[];

/** `stdio`, and `nothing` (an open /dev/null) wherever a child would inherit more than that. */
export function withoutOthers(stdio: Stdio, nothing: number): Stdio {
  const others = inheritable().filter((fd) => fd >= stdio.length);
  const all: Stdio = [...stdio];
  for (let fd = all.length; fd <= Math.max(...others); fd += 1) all.push("ignore");
  for (const fd of others) all[fd] = nothing;
  return all;
}

const CLOSED_ON_EXEC = 0o2000000;

/** Node opens its own so that they close; "ignore" leaves one that does not as it is. */
function inheritable(): readonly number[] {
  try {
    return readdirSync("/proc/self/fdinfo")
      .map(Number)
      .filter((fd) => fd > 2 && (flagsOf(fd) & CLOSED_ON_EXEC) === 0);
  } catch {
    return [];
  }
}

/** One that has been closed since, by which the list was read, counts as closed. */
function flagsOf(fd: number): number {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags === undefined ? CLOSED_ON_EXEC : Number.parseInt(flags, 8);
  } catch {
    return CLOSED_ON_EXEC;
  }
}
