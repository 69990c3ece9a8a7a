// Names of runs in an engine. They carry their owner, so that a later run can clear away what a killed baton left, and
// never touches a run under way, nor one that was to be kept.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { isAlive, type Owner, ownerOf } from "../host/owner.ts";

const FORM = /-baton-([0-9a-f]{6})-([0-9a-z]*)-([0-9a-z]+)$/;
const LONGEST = 30;

/** A DNS label: the run's name, then the owner. One process gives each of its runs a number of its own. */
export function ownName(run: string, count: number, kept = false): string {
  const { pid, started, namespace } = ownerOf(process.pid);
  const owner = `${place(namespace)}-${Number(started).toString(36)}-${pid.toString(36)}`;
  const name = run.slice(0, LONGEST).replace(/-+$/, "");
  return `${name}-${count}-${kept ? "kept" : "baton"}-${owner}`;
}

/** Whether a run of this name has lost the process that drives it. False for what is no run of baton's. */
export function isOrphan(name: string): boolean {
  const [, namespace, started = "", pid = ""] = FORM.exec(name) ?? [];
  const here = ownerOf(process.pid).namespace;
  if (namespace === undefined || namespace !== place(here)) return false;
  const owner: Owner = { pid: parse(pid), started: String(parse(started)), namespace: here };
  return !isAlive(owner);
}

const parse = (text: string): number => Number.parseInt(text, 36);

/** Where process ids are counted: several machines may use one engine, and each one's first namespace has the same number. */
function place(namespace: string): string {
  const machine = existsSync(MACHINE) ? readFileSync(MACHINE, "utf8") : "";
  const whole = [hostname(), machine, namespace].join("\n");
  return createHash("sha256").update(whole).digest("hex").slice(0, 6);
}

const MACHINE = "/etc/machine-id";
