// What a file is, from the st_mode of stat(2).

import type { EntryType, FileInfo } from "../../host.ts";

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o40000;
const S_IFIFO = 0o10000;
const S_IFCHR = 0o20000;
const S_IFSOCK = 0o140000;
const S_IFLNK = 0o120000;

export function typeOf(mode: number): FileInfo["type"] {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "directory";
    case S_IFIFO:
      return "pipe";
    case S_IFSOCK:
      return "socket";
    default:
      return "other";
  }
}

/** Of an st_mode by lstat(2). */
export const entryTypeOf = (mode: number): EntryType => ((mode & S_IFMT) === S_IFLNK ? "link" : typeOf(mode));

export const isCharacterDevice = (mode: number): boolean => (mode & S_IFMT) === S_IFCHR;
