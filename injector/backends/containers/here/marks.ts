// Which runs may have containers in podman: to ask it takes as long as to start one. Each run leaves a mark before its first
// container and takes it away after its last, so that podman is only asked where a mark has lost its owner.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isOrphan } from "../names.ts";

/** Of whoever uses the same podman: what its store and its settings hang on. */
export function marksFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const which = [homedir(), ...DECIDING.map((name) => environment[name] ?? "")].join("\n");
  const state = environment["XDG_STATE_HOME"] || join(homedir(), ".local/state");
  return join(state, "baton/podman", createHash("sha256").update(which).digest("hex").slice(0, 16));
}

const DECIDING = [
  ...["CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "STORAGE_DRIVER", "STORAGE_OPTS"],
  ...["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"],
];

/** True where nobody has looked before, and where a killed run has left its mark. */
export function isToBeSwept(folder: string): boolean {
  return !existsSync(join(folder, LOOKED)) || namesIn(folder).some(isOrphan);
}

/** Somebody has looked, and tried to clear away what was found: where it has gone, its mark may go, too. */
export function looked(folder: string, found: readonly string[]): void {
  attempt(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, LOOKED), "");
  });
  for (const name of namesIn(folder)) if (isOrphan(name) && !found.includes(name)) takeMark(folder, name);
}

/** Where it cannot be left, the next run has to ask. */
export function leaveMark(folder: string, run: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, run), "");
  } catch {
    takeMark(folder, LOOKED);
  }
}

export function takeMark(folder: string, run: string): void {
  attempt(() => rmSync(join(folder, run), { force: true }));
}

/** No run is called so. */
const LOOKED = "looked";

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function attempt(what: () => void): void {
  try {
    what();
  } catch {
    // A disk that is full, a home that nobody may write to.
  }
}
