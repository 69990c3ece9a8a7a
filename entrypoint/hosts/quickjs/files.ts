// The port's files on Linux, by system calls: whole-or-nothing writes by a temporary name and a rename.

import * as native from "baton:native";
import type { FileInfo, Files } from "../../host.ts";
import { deflate, inflate } from "./compression.ts";
import { checked, checkedIfThere } from "./errors.ts";
import { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from "./flags.ts";
import { digest, sha256 } from "./hashing.ts";
import { entryTypeOf, typeOf } from "./modes.ts";
import { publish, reserve, whole, withNew, writeAll } from "./publishing.ts";
import { makeDirectory, remove } from "./trees.ts";

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
  entry: (path) => {
    const found = checkedIfThere(path, native.lstat(path));
    return found === undefined ? undefined : entryTypeOf(found[0]);
  },
  makeDirectory,
  publish: (path, content, mode) => publish(path, bytesOf(content), mode),
  reserve,
  overwrite: (path, content) =>
    withFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666, (file) => writeAll(path, file, bytesOf(content))),
  append: (path, content) =>
    withFile(path, O_WRONLY | O_CREAT | O_APPEND, 0o666, (file) => writeAll(path, file, bytesOf(content))),
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
  sha256: (path) => withFile(path, O_RDONLY, 0, (file) => sha256(path, file)),
  digest,
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
