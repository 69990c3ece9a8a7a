// Remote references on the command line: the lock file beside the user, and the texts kept in the user's cache.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isData } from "../../documents/library.ts";
import type { Loaded, LoadedDocument } from "../../documents/load.ts";
import { refsOf } from "../../documents/refs.ts";
import type { FetchOptions, TextStore } from "../../references/fetch.ts";
import type { ImageCommand } from "../../references/image-command.ts";
import { type Lock, parseLock, printLock } from "../../references/lock.ts";
import { writingTo } from "../process/write.ts";
import type { LockOptions } from "./lock-options.ts";

/** The lock file is written where something new was pinned, and never where `--locked` is given. Throws UserError. */
export async function withRemote(
  loaded: Loaded,
  options: LockOptions,
  run: NonNullable<FetchOptions["run"]> = {},
): Promise<Loaded> {
  if (!loaded.documents.some(hasRemote)) return loaded;
  const { lock: file, locked = false, update = false } = options;
  const { fetchRefs } = await import("../../references/fetch.ts");
  const lock = readLock(file);
  const result = await fetchRefs(loaded, { lock, locked, update, run, store: cachedReferences() });
  if (!locked) writeLock(file, lock, result.lock);
  return result.loaded;
}

/** What images run by themselves, pinned in the lock file. Throws UserError. */
export async function imageCommands(
  images: readonly string[],
  { lock: file, locked = false, update = false }: LockOptions,
  layouts: readonly string[] = [],
): Promise<ReadonlyMap<string, ImageCommand>> {
  if (images.length === 0) return new Map();
  const { lookUpCommands } = await import("../../references/image-command.ts");
  const lock = readLock(file);
  const looked = await lookUpCommands(images, { lock, locked, update, layouts, store: cachedReferences() });
  if (!locked) writeLock(file, lock, looked.lock);
  return looked.commands;
}

/** Texts of remote references, kept in the user's cache. */
const cachedReferences = (): TextStore => cacheStore(cacheFolder());

/** An empty lock where there is no file. Throws UserError where it is no lock file. */
function readLock(file: string): Lock {
  try {
    return parseLock(readFileSync(file, "utf8"), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

/** Only where something new was pinned. */
function writeLock(file: string, before: Lock, after: Lock): void {
  const text = printLock(after);
  if (after.size > 0 && text !== printLock(before)) writingTo(file, () => replace(file, text));
}

const hasRemote = ({ object }: LoadedDocument): boolean =>
  !isData(object) && refsOf(object).some(({ ref }) => ref.resolver !== undefined);

const cacheFolder = (): string =>
  join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "baton/references");

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
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
