// Files that appear whole or not at all: by a temporary name and a rename, or from a file without a name that was
// made while there was time. Making a file is the slow part (a journal, and on a busy ext4 a search for a free inode).

import * as native from "baton:native";
import type { Path } from "../../host.ts";
import { temporary } from "../../protocol/index.ts";
import { checked, EEXIST, EINTR, failure, textOf } from "./errors.ts";
import { O_CREAT, O_EXCL, O_WRONLY } from "./flags.ts";
import { within } from "./places.ts";
import { remove } from "./trees.ts";

interface Spare {
  readonly directory: string;
  readonly file: number;
}

const spares: Spare[] = [];

/** Sets files without names aside. Where the file system has none, publishing is as slow as it is. */
export function reserve(directory: string, count: number): void {
  for (let made = 0; made < count; made++) {
    const file = native.openUnnamed(directory, SPARE_MODE);
    if (file < 0) return;
    spares.push({ directory, file });
  }
}

export function publish(path: Path, bytes: Uint8Array, mode: number): void {
  const text = textOf(path);
  const spare = takeSpare(text.slice(0, text.lastIndexOf("/")));
  if (spare !== undefined) publishSpare(path, spare, bytes, mode);
  else whole(path, (partial) => withNew(path, partial, mode, (file) => writeAll(path, file, bytes)));
}

/** Fills a temporary neighbour of `path`, then renames it: readers see the old thing or the new one, whole. */
export function whole(path: Path, fill: (partial: string) => void): void {
  const done = within(path, (name) => {
    const partial = temporary(name);
    try {
      fill(partial);
      checked(path, replace(partial, name));
    } catch (error) {
      native.unlink(partial);
      throw error;
    }
    return 0;
  });
  checked(path, done);
}

/** Opens a new file under a temporary name; one that a killed process left there is in nobody's use. */
export function withNew(path: Path, partial: string, mode: number, fill: (file: number) => void): void {
  const flags = O_WRONLY | O_CREAT | O_EXCL;
  let file = native.open(partial, flags, mode);
  if (file === -EEXIST) {
    remove(partial);
    file = native.open(partial, flags, mode);
  }
  checked(path, file);
  try {
    checked(path, native.fchmod(file, mode));
    fill(file);
  } finally {
    native.close(file);
  }
}

/** All bytes, whatever the pieces the kernel takes them in. `path` is for the error. */
export function writeAll(path: Path, file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const count = native.write(file, bytes, done);
    if (count < 0 && count !== -EINTR) throw failure(path, count);
    done += Math.max(0, count);
  }
}

const SPARE_MODE = 0o600;

function takeSpare(directory: string): number | undefined {
  const at = spares.findIndex((spare) => spare.directory === directory);
  return at < 0 ? undefined : spares.splice(at, 1)[0]?.file;
}

function publishSpare(path: Path, spare: number, bytes: Uint8Array, mode: number): void {
  try {
    checked(path, native.fchmod(spare, mode));
    writeAll(path, spare, bytes);
    const named = within(path, (name) => native.name(spare, name));
    if (named === -EEXIST) whole(path, (partial) => nameAnew(path, partial, spare));
    else checked(path, named);
  } finally {
    native.close(spare);
  }
}

function nameAnew(path: Path, partial: string, spare: number): void {
  if (native.name(spare, partial) !== -EEXIST) return;
  remove(partial);
  checked(path, native.name(spare, partial));
}

/**
 * A rename over a file that exists makes ext4 write the new content to disk first, which takes milliseconds and which
 * nobody here asked for; an exchange of names does not. Where there is nothing to exchange with, a rename it is.
 */
function replace(partial: string, path: string): number {
  if (native.exchange(partial, path) < 0) return native.rename(partial, path);
  const removed = native.unlink(partial);
  if (removed < 0) native.exchange(partial, path);
  return removed;
}
