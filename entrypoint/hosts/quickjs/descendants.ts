// Ending all that the commands have left: whoever forks away, makes a session of its own or changes its group is still a
// descendant, because orphans are adopted here.

import * as native from "baton:native";
import { ECHILD, ESRCH } from "./errors.ts";
import { files } from "./files.ts";
import { after } from "./loop.ts";

/** All are stopped before any is killed: what runs could fork meanwhile. False where some cannot be ended. */
export async function endAll(): Promise<boolean> {
  const end = native.ticks() + PATIENCE;
  while (hasChildren()) {
    if (native.ticks() > end) return false;
    if (native.getpid() === 1) native.kill(-1, SIGKILL);
    else for (const pid of stopped(end)) native.kill(pid, SIGKILL);
    await pause();
  }
  return true;
}

const SIGKILL = 9;
const SIGSTOP = 19;
/** Milliseconds. What is stuck in the kernel, or belongs to another user, is waited for no longer. */
const PATIENCE = 5_000;
const STAT_LIMIT = 4_096;

/** Round after round until there is nobody new. */
function stopped(end: number): ReadonlySet<number> {
  const all = new Set<number>();
  for (let found = descendants(); found.some((pid) => !all.has(pid)); found = descendants()) {
    for (const pid of found) {
      all.add(pid);
      if (native.kill(pid, SIGSTOP) === -ESRCH) all.delete(pid);
    }
    if (native.ticks() > end) break;
  }
  return all;
}

function descendants(): readonly number[] {
  const self = native.getpid();
  // A /proc of another process namespace would speak of other processes.
  if (native.readlink("/proc/self") !== String(self)) return [];
  const children = new Map<number, number[]>();
  for (const name of files.list("/proc") ?? []) {
    const parent = /^[0-9]+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [...(children.get(self) ?? [])];
  for (let at = 0; at < found.length; at++) found.push(...(children.get(found[at] ?? 0) ?? []));
  return found;
}

/** The fourth field of /proc/<pid>/stat, counted from behind the command's name; zombies are nobody. */
function parentOf(pid: string): number | undefined {
  const stat = statOf(pid);
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === undefined || state === "Z" || state === "X" ? undefined : Number(parent);
}

function statOf(pid: string): string {
  try {
    return files.read(`/proc/${pid}/stat`, STAT_LIMIT) ?? "";
  } catch {
    return "";
  }
}

/** A turn of the loop, in which whatever has ended is reaped. */
const pause = (): Promise<void> => new Promise((settle) => after(1, settle));

const hasChildren = (): boolean => native.hasChildren() !== -ECHILD;
