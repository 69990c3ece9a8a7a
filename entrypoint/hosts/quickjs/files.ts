// The port's files on Linux, by system calls: whole-or-nothing writes by a temporary name and a rename.

import * as native from "baton:native";
import type { FileInfo, Files } from "../../host.ts";
import { temporary } from "../../protocol/index.ts";
import { deflate, inflate } from "./compression.ts";
import { checked, checkedIfThere, EEXIST, EINTR, failure } from "./errors.ts";
import { typeOf } from "./modes.ts";
import { makeDirectory, remove } from "./trees.ts";

export const O_RDONLY = 0;
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;

export const files: Files = {
  stat: (path) => {
    const found = checkedIfThere(path, native.stat(path));
    return found === undefined ? undefined : describe(found);
  },
  read: (path, limit) => {
    const bytes = readBytes(path, limit);
    return bytes === undefined ? undefined : native.decode(bytes);
  },
  readBytes,
  list: (path) => checkedIfThere(path, native.readdir(path))?.sort(),
  readLink: (path) => checkedIfThere(path, native.readlink(path)),
  makeDirectory,
  publish: (path, content, mode) =>
    whole(path, (partial) => withNew(path, partial, mode, (file) => writeAll(path, file, bytesOf(content)))),
  overwrite: (path, content) =>
    withFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666, (file) => writeAll(path, file, bytesOf(content))),
  copy: (from, to, mode) =>
    withFile(from, O_RDONLY, 0, (source) =>
      whole(to, (partial) =>
        withNew(to, partial, mode, (file) => {
          while (checked(to, native.sendfile(file, source)) > 0);
        }),
      ),
    ),
  rename: (from, to) => void checked(to, native.rename(from, to)),
  link: (path, target) => {
    if (checkedIfThere(path, native.lstat(path)) !== undefined && native.readlink(path) === target) return;
    whole(path, (partial) => {
      native.unlink(partial);
      checked(path, native.symlink(target, partial));
    });
  },
  remove,
  sha256: (path) => withFile(path, O_RDONLY, 0, (file) => checked(path, native.sha256File(file))),
  sha256Of: (content) => native.sha256(bytesOf(content)),
  deflate,
  inflate,
};

/** All bytes, whatever the pieces the kernel takes them in. `path` is for the error. */
export function writeAll(path: string, file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const count = native.write(file, bytes, done);
    if (count < 0 && count !== -EINTR) throw failure(path, count);
    done += Math.max(0, count);
  }
}

// --- Internal helpers ---

const describe = ([mode, size]: readonly [number, number]): FileInfo => ({
  size,
  mode: mode & 0o7777,
  type: typeOf(mode),
});

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? native.encode(content) : content;

const PIECE = 1 << 16;

function readBytes(path: string, limit = Number.POSITIVE_INFINITY): Uint8Array | undefined {
  const file = checkedIfThere(path, native.open(path, O_RDONLY, 0));
  if (file === undefined) return undefined;
  try {
    return readUpTo(path, file, limit);
  } finally {
    native.close(file);
  }
}

/** A small file comes in one piece, and is not copied again. */
function readUpTo(path: string, file: number, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let size = 4096; length < limit; size = PIECE) {
    const piece = checked(path, native.read(file, Math.min(size, limit - length))) as Uint8Array;
    if (piece.length === 0) break;
    pieces.push(piece);
    length += piece.length;
  }
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function withFile<T>(path: string, flags: number, mode: number, use: (file: number) => T): T {
  const file = checked(path, native.open(path, flags, mode));
  try {
    return use(file);
  } finally {
    native.close(file);
  }
}

/** A file that a killed process left under the temporary name is in nobody's use. */
function withNew(path: string, partial: string, mode: number, fill: (file: number) => void): void {
  const flags = O_WRONLY | O_CREAT | O_EXCL;
  let file = native.open(partial, flags, mode);
  if (file === -EEXIST) {
    native.unlink(partial);
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

/** Fills a temporary neighbour of `path`, then renames it: readers see the old thing or the new one, whole. */
export function whole(path: string, fill: (partial: string) => void): void {
  const partial = temporary(path);
  try {
    fill(partial);
    checked(path, replace(partial, path));
  } catch (error) {
    native.unlink(partial);
    throw error;
  }
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
