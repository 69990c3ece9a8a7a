// Reading a file that a step may have made: whatever lies there, reading neither leaves the root, nor waits, nor has no end.

import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { besideName, HAS_PROC, NO_LINK, nameIn, O_PATH, type Open } from "./walk.ts";

export type Found =
  | { readonly kind: "file"; readonly bytes: Buffer }
  | { readonly kind: "absent" }
  /** `why` ends a sentence that begins with the file's name. */
  | { readonly kind: "refused"; readonly why: string };

/** Of a status, and of a result. */
const LONGEST_FILE = 16 << 20;

/** The regular file at `path` beneath `root`, no part of which is a link, up to `limit` bytes. */
export function readBeneath(root: string, path: string, limit = LONGEST_FILE): Found {
  try {
    return besideName(root, path, (directory, name) => readIn(directory, name, limit));
  } catch (error) {
    return unreadable(error as NodeJS.ErrnoException);
  }
}

/** The same as text, where it is there and can be read. */
export function textBeneath(root: string, path: string, limit?: number): string | undefined {
  const found = readBeneath(root, path, limit);
  return found.kind === "file" ? found.bytes.toString("utf8") : undefined;
}

/** Whether anything has that name, links not followed. */
export function isBeneath(root: string, path: string): boolean {
  try {
    return besideName(
      root,
      path,
      (directory, name) => lstatSync(nameIn(directory, name), { throwIfNoEntry: false }) !== undefined,
    );
  } catch {
    return false;
  }
}

function readIn(directory: Open, name: string, limit: number): Found {
  if (!HAS_PROC) return readKnown(nameIn(directory, name), limit);
  // Opening a pipe or a device can wait, or do something: look at it first, and open what was looked at.
  const seen = openSync(nameIn(directory, name), O_PATH | constants.O_NOFOLLOW);
  try {
    const why = refusal(fstatSync(seen), limit);
    return why === undefined ? readOpen(`/proc/self/fd/${seen}`, 0, limit) : { kind: "refused", why };
  } finally {
    closeSync(seen);
  }
}

function readKnown(path: string, limit: number): Found {
  const why = refusal(lstatSync(path), limit);
  return why === undefined ? readOpen(path, NO_LINK, limit) : { kind: "refused", why };
}

function readOpen(path: string, flags: number, limit: number): Found {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const why = refusal(fstatSync(fd), limit);
    return why === undefined ? readAll(fd, limit) : { kind: "refused", why };
  } finally {
    closeSync(fd);
  }
}

/** It may grow while it is read. */
function readAll(fd: number, limit: number): Found {
  const pieces: Buffer[] = [];
  for (let size = 0; size <= limit; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, limit + 1 - size));
    const count = readSync(fd, piece);
    if (count === 0) return { kind: "file", bytes: Buffer.concat(pieces) };
    pieces.push(piece.subarray(0, count));
    size += count;
  }
  return { kind: "refused", why: tooLong(limit) };
}

const PIECE = 1 << 16;

function refusal(info: Stats, limit: number): string | undefined {
  if (!info.isFile()) return `is ${kindOf(info)}, and no regular file`;
  return info.size > limit ? tooLong(limit) : undefined;
}

const tooLong = (limit: number): string => `has more than ${limit} bytes`;

function kindOf(info: Stats): string {
  if (info.isSymbolicLink()) return "a symbolic link";
  if (info.isDirectory()) return "a directory";
  if (info.isFIFO()) return "a pipe";
  return info.isSocket() ? "a socket" : "a device";
}

function unreadable({ code = "", message }: NodeJS.ErrnoException): Found {
  if (code === "ENOENT") return { kind: "absent" };
  if (code === "ENOTDIR" || code === "ELOOP")
    return { kind: "refused", why: "lies behind what is no directory" };
  return { kind: "refused", why: `cannot be read: ${code === "" ? message : code}` };
}
