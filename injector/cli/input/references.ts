// Remote references on the command line: the lock file beside the user, and the texts kept in the user's cache.

import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { givenText } from "../../beneath/read.ts";
import type { TextStore } from "../../references/fetch.ts";
import type { ImageCommand } from "../../references/image-command.ts";
import type { Pins, References } from "../../references/load-all.ts";
import { type Lock, parseLock, printLock } from "../../references/lock.ts";
import { writingTo } from "../process/write.ts";
import type { Terminal } from "../terminal.ts";
import type { LockOptions } from "./lock-options.ts";

/** How the flags say that references are to be followed. */
export const references = (
  terminal: Terminal,
  { lock, locked = false, update = false }: LockOptions,
): References => ({
  ...{ locked, update },
  pins: lockFile(lock),
  store: cachedReferences(terminal),
});

/** What images run by themselves, pinned in the lock file. Throws UserError. */
export async function imageCommands(
  terminal: Terminal,
  images: readonly string[],
  { lock: file, locked = false, update = false }: LockOptions,
  layouts: readonly string[] = [],
): Promise<ReadonlyMap<string, ImageCommand>> {
  if (images.length === 0) return new Map();
  const { lookUpCommands } = await import("../../references/image-command.ts");
  const pins = lockFile(file);
  const lock = pins.read();
  const looked = await lookUpCommands(images, {
    lock,
    locked,
    update,
    layouts,
    store: cachedReferences(terminal),
  });
  if (!locked) pins.write(looked.lock);
  return looked.commands;
}

/** Texts of remote references, kept in the user's cache. */
const cachedReferences = ({ environment }: Terminal): TextStore =>
  cacheStore(join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "baton/references"));

/** Written where something new was pinned. */
const lockFile = (file: string): Pins => ({
  read: () => readLock(file),
  write(lock) {
    const text = printLock(lock);
    if (lock.size > 0 && text !== printLock(readLock(file))) writingTo(file, () => replace(file, text));
  },
});

/** An empty lock where there is no file. Throws UserError where it is no lock file. */
function readLock(file: string): Lock {
  try {
    return parseLock(givenText(file), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

/** A cache that cannot be written is no cache: the next run fetches again. */
const cacheStore = (folder: string): TextStore => ({
  get: (sha256) => readFile(join(folder, sha256), "utf8").catch(() => undefined),
  async put(sha256, text) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      replace(join(folder, sha256), text);
    } catch {}
  },
});

/** Whole or not at all. */
function replace(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
