// The port's files on Linux, by system calls: whole-or-nothing writes by a temporary name and a rename.

import * as native from "baton:native";
import type { FileInfo, Files, Path } from "../../host.ts";
import { NAMES_LIMIT } from "../../protocol/index.ts";
import { deflate, inflate } from "./compression.ts";
import { checked, checkedIfThere, EINVAL, ENOENT, failure, tooLarge } from "./errors.ts";
import { O_APPEND, O_PATH } from "./flags.ts";
import { digest, sha256 } from "./hashing.ts";
import { entryTypeOf, typeOf } from "./modes.ts";
import { open, openForWriting, openRegular, within } from "./places.ts";
import { publish, reserve, whole, withNew, writeAll } from "./publishing.ts";
import { makeDirectory, remove } from "./trees.ts";

export const files: Files = {
  stat: (path) => {
    const found = checkedIfThere(path, status(path));
    return found === undefined ? undefined : describe(found);
  },
  read: (path, limit) => {
    const bytes = readBytes(path, limit);
    return bytes === undefined ? undefined : native.decode(bytes);
  },
  readBytes,
  list: (path) => checkedIfThere(path, names(path))?.sort(),
  readLink: (path) => {
    const target = within(path, native.readlink);
    return target === -EINVAL ? undefined : checkedIfThere(path, target);
  },
  entry: (path) => {
    const found = checkedIfThere(path, within(path, native.lstat));
    return found === undefined ? undefined : entryTypeOf(found[0]);
  },
  makeDirectory,
  publish: (path, content, mode) => publish(path, bytesOf(content), mode),
  reserve,
  overwrite: (path, content) => write(path, 0, bytesOf(content)),
  append: (path, content) => write(path, O_APPEND, bytesOf(content)),
  copy: (from, to, mode) =>
    withRegular(from, (source) =>
      whole(to, (partial) =>
        withNew(to, partial, mode, (file) => {
          while (checked(to, native.sendfile(file, source)) > 0);
        }),
      ),
    ),
  rename: (from, to) =>
    void checked(
      to,
      within(from, (one) => within(to, (other) => native.rename(one, other))),
    ),
  link: (path, target) => {
    if (checkedIfThere(path, native.lstat(path)) !== undefined && native.readlink(path) === target) return;
    whole(path, (partial) => {
      native.unlink(partial);
      checked(path, native.symlink(target, partial));
    });
  },
  remove,
  sha256: (path, limit) => withRegular(path, (file) => sha256(path, file, limit)),
  digest,
  tail: (path, limit) => {
    const found = openRegular(path);
    if (found === undefined) return undefined;
    const bytes = withDescriptor(found.file, (file) => native.tail(file, limit));
    return native.decode(checked(path, bytes) as Uint8Array);
  },
  transfer: async (...words) => (await import("./store.ts")).transfer(...words),
  sha256Of: (content) => native.sha256(bytesOf(content)),
  deflate,
  inflate,
};

const describe = ([mode, size]: readonly [number, number]): FileInfo => ({
  size,
  mode: mode & 0o7777,
  type: typeOf(mode),
});

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? native.encode(content) : content;

function status(path: Path): readonly [number, number] | number {
  if (typeof path === "string") return native.stat(path);
  return withDescriptor(open(path, O_PATH), native.fstat);
}

function names(path: Path): string[] | number {
  if (typeof path === "string") return native.readdir(path, NAMES_LIMIT);
  const directory = native.directoryBeneath(path.root, path.path);
  return withDescriptor(directory, () => native.readdir(`/proc/self/fd/${directory}/.`, NAMES_LIMIT));
}

const PIECE = 1 << 16;

function readBytes(path: Path, limit: number): Uint8Array | undefined {
  const found = openRegular(path);
  if (found === undefined) return undefined;
  const bytes = withDescriptor(found.file, (file) =>
    found.size > limit ? undefined : readUpTo(path, file, limit + 1),
  );
  if (!(bytes instanceof Uint8Array) || bytes.length > limit) throw tooLarge(path, limit);
  return bytes;
}

/** A small file comes in one piece, and is not copied again. */
function readUpTo(path: Path, file: number, limit: number): Uint8Array {
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

function write(path: Path, flags: number, bytes: Uint8Array): void {
  withDescriptor(openForWriting(path, flags), (file) => {
    // A device has no length to take.
    if (flags === 0) native.ftruncate(file);
    writeAll(path, file, bytes);
  });
}

function withRegular<T>(path: Path, use: (file: number) => T): T {
  const found = openRegular(path);
  if (found === undefined) throw failure(path, -ENOENT);
  return withDescriptor(found.file, use) as T;
}

/** A number below zero is why there is no descriptor. */
function withDescriptor<T>(file: number, use: (file: number) => T): T | number {
  if (file < 0) return file;
  try {
    return use(file);
  } finally {
    native.close(file);
  }
}
