// Remote references on the command line: the lock file beside the user, and the texts kept in the user's cache.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { FetchOptions, TextStore } from "../fetch.ts";
import { isData } from "../library.ts";
import type { Loaded, LoadedDocument } from "../load.ts";
import { type Lock, parseLock, printLock } from "../lock.ts";
import { refsOf } from "../refs.ts";
import type { LockOptions } from "./lock-options.ts";

/** The lock file is written where something new was pinned, and never where `--locked` is given. Throws UserError. */
export async function withRemote(
  loaded: Loaded,
  options: LockOptions,
  run: NonNullable<FetchOptions["run"]> = {},
): Promise<Loaded> {
  if (!loaded.documents.some(hasRemote)) return loaded;
  const { lock: file, locked = false, update = false } = options;
  const { fetchRefs } = await import("../fetch.ts");
  const lock = readLock(file);
  const result = await fetchRefs(loaded, { lock, locked, update, run, store: cacheStore(cacheFolder()) });
  const text = printLock(result.lock);
  if (!locked && result.lock.size > 0 && text !== printLock(lock)) replace(file, text);
  return result.loaded;
}

// --- Internal helpers ---

const hasRemote = ({ object }: LoadedDocument): boolean =>
  !isData(object) && refsOf(object).some(({ ref }) => ref.resolver !== undefined);

function readLock(file: string): Lock {
  try {
    return parseLock(readFileSync(file, "utf8"), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

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
