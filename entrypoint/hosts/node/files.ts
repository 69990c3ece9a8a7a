// The port's files on Node: synchronous calls, whole-or-nothing writes by a temporary name and a rename.

import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Cancel, type FileDigest, type FileInfo, type Files, Interrupted } from "../../host.ts";
import { temporary } from "../../protocol/index.ts";
import { attempt, attemptIfThere, codeOf, systemError } from "./errors.ts";

export const files: Files = {
  stat: (path) => attemptIfThere(path, () => describe(statSync(path))),
  read: (path, limit) => readBytes(path, limit)?.toString("utf8"),
  readBytes,
  list: (path) => attemptIfThere(path, () => readdirSync(path).sort()),
  readLink: (path) => attemptIfThere(path, () => readlinkSync(path)),
  entry: (path) =>
    attemptIfThere(path, () => {
      const stats = lstatSync(path);
      return stats.isSymbolicLink() ? "link" : describe(stats).type;
    }),
  makeDirectory,
  publish: (path, content, mode) =>
    whole(path, (partial) => {
      const file = openSync(partial, "w", mode);
      try {
        fchmodSync(file, mode);
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
    }),
  // Node has no unnamed files to set aside.
  reserve: () => undefined,
  overwrite: (path, content) => attempt(path, () => writeFileSync(path, content)),
  append: (path, content) => attempt(path, () => appendFileSync(path, content)),
  copy: (from, to, mode) => {
    attempt(from, () => statSync(from));
    whole(to, (partial) => {
      copyFileSync(from, partial, constants.COPYFILE_FICLONE);
      chmodSync(partial, mode);
    });
  },
  rename: (from, to) => attempt(to, () => renameSync(from, to)),
  link: (path, target) =>
    attempt(path, () => {
      if (attemptIfThere(path, () => readlinkSync(path)) === target) return;
      whole(path, (partial) => symlinkSync(target, partial));
    }),
  remove: (path) => attempt(path, () => rmSync(path, { recursive: true, force: true })),
  sha256,
  digest,
  sha256Of: (content) => createHash("sha256").update(content).digest("hex"),
  deflate: (content) => deflateRawSync(content, { level: 9 }),
  inflate,
};

const describe = (stats: Stats): FileInfo => ({
  size: stats.size,
  mode: stats.mode & 0o7777,
  type: stats.isFile() ? "file" : stats.isDirectory() ? "directory" : stats.isFIFO() ? "pipe" : "other",
});

function readBytes(path: string, limit?: number): Buffer | undefined {
  return attemptIfThere(path, () => {
    if (limit === undefined) return readFileSync(path);
    const file = openSync(path, "r");
    try {
      return readUpTo(file, limit);
    } finally {
      closeSync(file);
    }
  });
}

function readUpTo(file: number, limit: number): Buffer {
  const known = fstatSync(file);
  const bytes = Buffer.alloc(known.isFile() && known.size > 0 ? Math.min(limit, known.size) : limit);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

/** mkdir obeys the umask, so an exact mode is set afterwards; not where it is right, as it may be somebody else's. */
function makeDirectory(path: string, mode?: number): void {
  attempt(path, () => {
    makeWithParents(path);
    if (mode !== undefined && (statSync(path).mode & 0o7777) !== mode) chmodSync(path, mode);
  });
}

/** Whether `path` was made. Not Node's `recursive`: on a read-only file system it says that a file is missing. */
function makeWithParents(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST" && statSync(path).isDirectory()) return false;
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeWithParents(dirname(path));
    mkdirSync(path);
  }
  return true;
}

/** Fills a temporary neighbour of `path`, then renames it: readers see the old thing or the new one, whole. */
function whole(path: string, fill: (partial: string) => void): void {
  const partial = temporary(path);
  attempt(path, () => {
    try {
      rmSync(partial, { force: true });
      fill(partial);
      renameSync(partial, path);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  });
}

function sha256(path: string): string {
  return attempt(path, () => {
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(1 << 20);
    const file = openSync(path, "r");
    try {
      for (let count = readSync(file, piece); count > 0; count = readSync(file, piece))
        hash.update(piece.subarray(0, count));
    } finally {
      closeSync(file);
    }
    return hash.digest("hex");
  });
}

/** What has become a pipe since it was looked at does not block. */
async function digest(path: string, cancel: Cancel): Promise<FileDigest> {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const file = attempt(path, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    for (let size = 0; ; ) {
      if (cancel.fired) throw new Interrupted();
      const count = attempt(path, () => readSync(file, piece));
      if (count === 0) return { sha256: hash.digest("hex"), size };
      hash.update(piece.subarray(0, count));
      size += count;
      if (count === piece.length) await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

function inflate(content: Uint8Array, limit: number): string {
  try {
    return inflateRawSync(content, { maxOutputLength: limit }).toString("utf8");
  } catch (error) {
    const tooLarge = codeOf(error) === "ERR_BUFFER_TOO_LARGE";
    throw systemError("compressed data", tooLarge ? "EFBIG" : "EINVAL");
  }
}
