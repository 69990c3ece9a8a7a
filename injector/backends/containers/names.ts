// Names of runs in an engine. They carry their owner, so that a later run can clear away what a killed baton left, and
// never touches a run under way.

import { createHash } from "node:crypto";
import { isAlive, type Owner, ownerOf } from "../local/owner.ts";

const FORM = /-baton-([0-9a-f]{6})-([0-9a-z]*)-([0-9a-z]+)$/;
const LONGEST = 30;

/** A DNS label: the run's name, then the owner. One process gives each of its runs a number of its own. */
export function ownName(run: string, count: number): string {
  const { pid, started, namespace } = ownerOf(process.pid);
  const start = Number(started).toString(36);
  return `${run.slice(0, LONGEST).replace(/-+$/, "")}-${count}-baton-${short(namespace)}-${start}-${pid.toString(36)}`;
}

/** Whether a run of this name has lost the process that drives it. False for what is no run of baton's. */
export function isOrphan(name: string): boolean {
  const [, namespace, started = "", pid = ""] = FORM.exec(name) ?? [];
  const here = ownerOf(process.pid).namespace;
  if (namespace === undefined || namespace !== short(here)) return false;
  const owner: Owner = { pid: parse(pid), started: String(parse(started)), namespace: here };
  return !isAlive(owner);
}

// --- Internal helpers ---

const parse = (text: string): number => Number.parseInt(text, 36);

const short = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);
