// The port's files on Node: synchronous calls, whole-or-nothing writes by a temporary name and a rename.

import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { setImmediate } from "node:timers/promises";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type Cancel,
  type FileDigest,
  type FileInfo,
  type Files,
  HostError,
  Interrupted,
  type Path,
} from "../../host.ts";
import { beneath, FAULTS, faultWords, NAMES_LIMIT, temporary } from "../../protocol/index.ts";
import { attempt, attemptIfThere, codeOf, systemError } from "./errors.ts";
import { openForWriting, openRegular, shaped, textOf, within } from "./places.ts";
import { tail, transfer } from "./store.ts";
import { makeDirectory, remove } from "./trees.ts";

export const files: Files = {
  stat: (path) => ifThere(path, (name) => describe(statOf(path, name))),
  read: (path, limit) => readBytes(path, limit)?.toString("utf8"),
  readBytes,
  list: (path) => ifThere(path, (name) => namesIn(path, name)),
  readLink: (path) =>
    ifThere(path, (name) => (lstatSync(name).isSymbolicLink() ? readlinkSync(name) : undefined)),
  entry: (path) =>
    ifThere(path, (name) => {
      const stats = lstatSync(name);
      return stats.isSymbolicLink() ? "link" : describe(stats).type;
    }),
  makeDirectory,
  publish: (path, content, mode) =>
    whole(path, (partial) => {
      const file = openSync(partial, "wx", mode);
      try {
        fchmodSync(file, mode);
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
    }),
  // Node has no unnamed files to set aside.
  reserve: () => undefined,
  overwrite: (path, content) => write(path, 0, content),
  append: (path, content) => write(path, constants.O_APPEND, content),
  copy: (from, to, mode) => {
    const source = openRegular(from);
    if (source === undefined) throw systemError(textOf(from), "ENOENT");
    try {
      whole(to, (partial) => {
        copyFileSync(
          sourceOf(from, source.file),
          partial,
          constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL,
        );
        chmodSync(partial, mode);
      });
    } finally {
      closeSync(source.file);
    }
  },
  rename: (from, to) => there(to, () => within(from, (one) => within(to, (other) => renameSync(one, other)))),
  link: (path, target) =>
    attempt(path, () => {
      if (attemptIfThere(path, () => readlinkSync(path)) === target) return;
      whole(path, (partial) => symlinkSync(target, partial));
    }),
  remove,
  sha256,
  digest,
  tail,
  transfer,
  sha256Of: (content) => createHash("sha256").update(content).digest("hex"),
  deflate: (content) => deflateRawSync(content, { level: 9 }),
  inflate,
};

const describe = (stats: Stats): FileInfo => ({
  size: stats.size,
  mode: stats.mode & 0o7777,
  type: typeOf(stats),
});

function typeOf(stats: Stats): FileInfo["type"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isFIFO()) return "pipe";
  return stats.isSocket() ? "socket" : "other";
}

const there = <T>(path: Path, call: () => T): T => shaped(path, () => attempt(textOf(path), call));

const ifThere = <T>(path: Path, call: (name: string) => T): T | undefined =>
  shaped(path, () => attemptIfThere(textOf(path), () => within(path, call)));

/** Below a root a link is no way to anything. */
function statOf(path: Path, name: string): Stats {
  if (typeof path === "string") return statSync(name);
  const stats = lstatSync(name);
  if (stats.isSymbolicLink()) throw new HostError(FAULTS.link, `${textOf(path)}: is a link`, textOf(path));
  return stats;
}

function namesIn(path: Path, name: string): readonly string[] {
  if (!statOf(path, name).isDirectory()) throw systemError(textOf(path), "ENOTDIR");
  const names = readdirSync(name).sort();
  if (names.length > NAMES_LIMIT) throw systemError(textOf(path), "EFBIG");
  return names;
}

/** On Linux what is copied is what was opened; elsewhere the name is opened again. */
const sourceOf = (from: Path, file: number): string =>
  process.platform === "linux" ? `/proc/self/fd/${file}` : textOf(from);

function readBytes(path: Path, limit: number): Buffer | undefined {
  const found = openRegular(path);
  if (found === undefined) return undefined;
  try {
    const bytes = found.stats.size > limit ? undefined : readUpTo(found.file, found.stats.size, limit + 1);
    if (bytes !== undefined && bytes.length <= limit) return bytes;
    throw new HostError(FAULTS.tooLarge, faultWords.tooLarge(textOf(path), limit), textOf(path));
  } finally {
    closeSync(found.file);
  }
}

/** A file that grows meanwhile is read on, as far as the limit. */
function readUpTo(file: number, size: number, limit: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  for (let piece = Math.min(size + 1, limit); length < limit; piece = Math.min(1 << 16, limit - length)) {
    const bytes = Buffer.alloc(piece);
    const count = readSync(file, bytes);
    if (count === 0) break;
    pieces.push(bytes.subarray(0, count));
    length += count;
  }
  return Buffer.concat(pieces);
}

function write(path: Path, flags: number, content: string): void {
  const place = typeof path === "string" ? beneath(path) : path;
  const file = openForWriting(place, flags);
  try {
    attempt(textOf(path), () => {
      if (flags === 0) truncate(file);
      writeFileSync(file, content);
    });
  } finally {
    closeSync(file);
  }
}

/** A device has no length to take. */
function truncate(file: number): void {
  try {
    ftruncateSync(file);
  } catch (error) {
    if (codeOf(error) !== "EINVAL") throw error;
  }
}

/** Fills a temporary neighbour of `path`, then renames it: readers see the old thing or the new one, whole. */
function whole(path: Path, fill: (partial: string) => void): void {
  there(path, () =>
    within(path, (name) => {
      const partial = temporary(name);
      try {
        rmSync(partial, { recursive: true, force: true });
        fill(partial);
        renameSync(partial, name);
      } catch (error) {
        rmSync(partial, { recursive: true, force: true });
        throw error;
      }
    }),
  );
}

function sha256(path: Path, limit: number): string {
  const found = openRegular(path);
  if (found === undefined) throw systemError(textOf(path), "ENOENT");
  try {
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(1 << 20);
    for (let left = limit; left > 0; ) {
      const count = attempt(textOf(path), () =>
        readSync(found.file, piece, 0, Math.min(left, piece.length), null),
      );
      if (count === 0) break;
      hash.update(piece.subarray(0, count));
      left -= count;
    }
    return hash.digest("hex");
  } finally {
    closeSync(found.file);
  }
}

async function digest(path: Path, cancel: Cancel): Promise<FileDigest> {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const found = openRegular(path);
  if (found === undefined) throw systemError(textOf(path), "ENOENT");
  try {
    for (let size = 0; ; ) {
      if (cancel.fired) throw new Interrupted();
      const count = attempt(textOf(path), () => readSync(found.file, piece));
      if (count === 0) return { sha256: hash.digest("hex"), size };
      hash.update(piece.subarray(0, count));
      size += count;
      if (count === piece.length) await setImmediate();
    }
  } finally {
    closeSync(found.file);
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
