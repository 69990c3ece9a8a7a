// Removing a tree of any depth, whatever its modes are: what lies deep is moved up, so that no path ever gets long. Links are
// removed, and not followed.

import { chmodSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Nobody else is to be at work in it. */
export async function removeTree(top: string): Promise<void> {
  try {
    await rm(top, { recursive: true, force: true, maxRetries: 2 });
  } catch {
    removeTreeSync(top);
  }
}

/** The same at once, for a process that is about to end. */
export function removeTreeSync(top: string): void {
  try {
    rmSync(top, { recursive: true, force: true });
  } catch {
    flatten(top);
  }
}

function flatten(top: string): void {
  let moved = 0;
  chmodSync(top, 0o700);
  const inTop = (name: string) => join(top, name);
  /** What a directory holds goes away, but for directories, which come to the top under names that are nobody's. */
  const empty = (directory: string): void => {
    chmodSync(directory, 0o700);
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (!entry.isDirectory()) unlinkSync(path);
      else {
        chmodSync(path, 0o700);
        let name = `${MOVED}${++moved}`;
        while (taken.has(name)) name = `${MOVED}${++moved}`;
        renameSync(path, inTop(name));
        waiting.push(name);
      }
    }
    rmdirSync(directory);
  };
  const first = readdirSync(top, { withFileTypes: true });
  const taken = new Set(first.map(({ name }) => name));
  const waiting: string[] = [];
  for (const entry of first) {
    if (entry.isDirectory()) waiting.push(entry.name);
    else unlinkSync(inTop(entry.name));
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) empty(inTop(name));
  rmdirSync(top);
}

const MOVED = ".moved-";
