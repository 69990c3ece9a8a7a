// Reading a file that a step may have made: whatever lies there, reading neither leaves the root, nor waits, nor has no end.

import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { besideName, HAS_PROC, NO_LINK, nameIn, O_PATH, type Open } from "./walk.ts";

export type Found = { readonly kind: "file"; readonly bytes: Buffer } | { readonly kind: "absent" } | Refused;

export interface Refused {
  readonly kind: "refused";
  /** Ends a sentence that begins with the file's name. */
  readonly why: string;
}

/** Of a status, and of a result. */
const LONGEST_FILE = 16 << 20;
/** Of documents and records. */
const LONGEST_GIVEN = 256 << 20;

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

/**
 * A file that whoever calls baton has named, or standard input (0): links and pipes are what they mean, and yet it has a limit.
 * Throws what the system says.
 */
export function givenText(file: string | 0, limit = LONGEST_GIVEN): string {
  const fd = file === 0 ? file : openSync(file, constants.O_RDONLY);
  try {
    const found = readAll(fd, limit);
    if (found.kind === "file") return found.bytes.toString("utf8");
    throw new Error(`${file === 0 ? "standard input" : file} ${found.why}`);
  } finally {
    if (fd !== 0) closeSync(fd);
  }
}

/** The regular file at `path` beneath `root`, open for whoever reads it piece by piece and closes it; undefined where none is. */
export function openBeneath(root: string, path: string): number | undefined {
  try {
    return besideName(root, path, (directory, name) => {
      const opened = openIn(directory, name, Number.POSITIVE_INFINITY);
      return typeof opened === "number" ? opened : undefined;
    });
  } catch {
    return undefined;
  }
}

/** What `use` makes of the regular file `name` in a directory, however long it is. Throws what the system says. */
export function useFileIn<T>(directory: Open, name: string, use: (fd: number) => T): T | Refused {
  const opened = openIn(directory, name, Number.POSITIVE_INFINITY);
  if (typeof opened !== "number") return { kind: "refused", ...opened };
  try {
    return use(opened);
  } finally {
    closeSync(opened);
  }
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
  const opened = openIn(directory, name, limit);
  if (typeof opened !== "number") return { kind: "refused", ...opened };
  try {
    return readAll(opened, limit);
  } finally {
    closeSync(opened);
  }
}

interface Refusal {
  readonly why: string;
}

function openIn(directory: Open, name: string, limit: number): number | Refusal {
  if (!HAS_PROC) return openKnown(nameIn(directory, name), limit);
  // Opening a pipe or a device can wait, or do something: look at it first, and open what was looked at.
  const seen = openSync(nameIn(directory, name), O_PATH | constants.O_NOFOLLOW);
  try {
    return refusal(fstatSync(seen), limit) ?? openLooked(`/proc/self/fd/${seen}`, 0, limit);
  } finally {
    closeSync(seen);
  }
}

const openKnown = (path: string, limit: number): number | Refusal =>
  refusal(lstatSync(path), limit) ?? openLooked(path, NO_LINK, limit);

function openLooked(path: string, flags: number, limit: number): number | Refusal {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  const refused = refusal(fstatSync(fd), limit);
  if (refused !== undefined) closeSync(fd);
  return refused ?? fd;
}

/** It may grow while it is read. */
function readAll(fd: number, limit: number): Exclude<Found, { readonly kind: "absent" }> {
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

function refusal(info: Stats, limit: number): Refusal | undefined {
  if (!info.isFile()) return { why: `is ${kindOf(info)}, and no regular file` };
  return info.size > limit ? { why: tooLong(limit) } : undefined;
}

const tooLong = (limit: number): string => `has more than ${limit} bytes`;

function kindOf(info: Stats): string {
  if (info.isSymbolicLink()) return "a symbolic link";
  if (info.isDirectory()) return "a directory";
  if (info.isFIFO()) return "a pipe";
  return info.isSocket() ? "a socket" : "a device";
}

/** What the system says, in words. */
export function unreadable({
  code = "",
  message,
}: NodeJS.ErrnoException): Exclude<Found, { readonly kind: "file" }> {
  if (code === "ENOENT") return { kind: "absent" };
  if (code === "ENOTDIR" || code === "ELOOP")
    return { kind: "refused", why: "lies behind what is no directory" };
  return { kind: "refused", why: `cannot be read: ${code === "" ? message : code}` };
}
