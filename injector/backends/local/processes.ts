// Who runs for a run, written down so that it can be ended by the next one where its own baton was killed.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DEFAULT_GRACE } from "../../../entrypoint/protocol/index.ts";
import { textBeneath } from "../../beneath/read.ts";
import { isAlive, type Owner, ownerOf } from "../host/owner.ts";

/** Writes down that `pid` runs for the run in `directory`: an insurance, which a full disk may cost. */
export function register(directory: string, id: string, pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    mkdirSync(join(directory, FOLDER), { recursive: true });
    writeFileSync(join(directory, FOLDER, id), JSON.stringify(ownerOf(pid)));
  } catch {
    // The step itself says that the disk is full.
  }
}

/** Ends what still runs for a run whose baton was killed: TERM, and after the grace that a step has by itself, KILL. */
export async function endRegistered(directory: string): Promise<void> {
  const alive = () => registered(directory).filter(isAlive);
  for (const { pid } of alive()) send(pid, "SIGTERM");
  for (let waited = 0; waited < GRACE_MS && alive().length > 0; waited += LOOK_MS) await setTimeout(LOOK_MS);
  for (const { pid } of alive()) killTree(pid);
}

/** Kills a process, all its descendants, and the groups they lead. */
export function killTree(pid: number): void {
  for (const one of [pid, ...descendants(pid)]) {
    send(-one, "SIGKILL");
    send(one, "SIGKILL");
  }
}

/** A process or a group that is gone is fine. */
export function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Field 3 of proc(5) stat, behind the name in parentheses; "" where there is none. */
export function stateOf(pid: number): string {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

/** A file of /proc; "" of a process that has ended, or is somebody else's. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

const FOLDER = "processes";
const LOOK_MS = 50;
/** Of an entrypoint for its command, and a second for its record. */
const GRACE_MS = DEFAULT_GRACE + 1_000;

function registered(directory: string): readonly Owner[] {
  try {
    const folder = join(directory, FOLDER);
    return readdirSync(folder).flatMap((id) => readOwner(folder, id));
  } catch {
    return [];
  }
}

function readOwner(folder: string, id: string): readonly Owner[] {
  try {
    return [JSON.parse(textBeneath(folder, id) ?? "") as Owner];
  } catch {
    return [];
  }
}

function descendants(pid: number): readonly number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    table.flatMap(([child, of]) => (of === parent && child !== undefined ? [child, ...below(child)] : []));
  return below(pid);
}
