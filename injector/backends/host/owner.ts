// Who a run's directory belongs to, so that a later run can tell a killed owner's leavings from a run under way.
// A process id alone is reused; with its start time it names one process. Another pid namespace is left alone.

import { existsSync, readFileSync, readlinkSync } from "node:fs";

export interface Owner {
  readonly pid: number;
  /** Clock ticks since boot (proc(5), stat field 22); "" where there is no /proc. */
  readonly started: string;
  /** The pid namespace that `pid` counts in; "" where there is no /proc. */
  readonly namespace: string;
}

export const ownerOf = (pid: number): Owner => ({ pid, started: startTime(pid), namespace: pidNamespace() });

/** False where the owner has certainly ended; a process that cannot be judged from here counts as alive. */
export function isAlive(owner: Owner): boolean {
  if (owner.namespace !== pidNamespace()) return true;
  if (owner.namespace !== "") return owner.started !== "" && startTime(owner.pid) === owner.started;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The command's name, field 2, may hold spaces and parentheses: count from its last parenthesis. */
function startTime(pid: number): string {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return "";
  try {
    const stat = readFileSync(file, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
