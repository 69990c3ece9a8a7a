// -errno in the port's words: every file call that fails throws HostError with an errno name.

import * as native from "baton:native";
import { HostError, type Path } from "../../host.ts";
import { FAULTS, faultWords, pathOf } from "../../protocol/index.ts";

export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const ENXIO = 6;
export const ECHILD = 10;
export const EAGAIN = 11;
export const EACCES = 13;
export const EEXIST = 17;
export const EXDEV = 18;
export const ENOTDIR = 20;
export const EISDIR = 21;
export const EINVAL = 22;
export const ENOTEMPTY = 39;
export const ELOOP = 40;

/** The same numbers on all of Linux's common architectures; what is missing here is called by its number. */
const NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  [ENOENT]: "ENOENT",
  [ESRCH]: "ESRCH",
  [EINTR]: "EINTR",
  5: "EIO",
  [ENXIO]: "ENXIO",
  7: "E2BIG",
  8: "ENOEXEC",
  9: "EBADF",
  [ECHILD]: "ECHILD",
  [EAGAIN]: "EAGAIN",
  12: "ENOMEM",
  [EACCES]: "EACCES",
  16: "EBUSY",
  [EEXIST]: "EEXIST",
  [EXDEV]: "EXDEV",
  19: "ENODEV",
  [ENOTDIR]: "ENOTDIR",
  [EISDIR]: "EISDIR",
  [EINVAL]: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  31: "EMLINK",
  32: "EPIPE",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  [ENOTEMPTY]: "ENOTEMPTY",
  [ELOOP]: "ELOOP",
  62: "ETIME",
  74: "EBADMSG",
  75: "EOVERFLOW",
  95: "EOPNOTSUPP",
  116: "ESTALE",
  122: "EDQUOT",
};

export const errorName = (errno: number): string => NAMES[errno] ?? `errno ${errno}`;

export const textOf = (path: Path): string => (typeof path === "string" ? path : pathOf(path));

/** `result` is a negative errno. */
export function failure(path: Path, result: number): HostError {
  const text = textOf(path);
  const words = typeof path !== "string" && result === -ELOOP ? linkWords(path.root, path.path) : undefined;
  return new HostError(errorName(-result), words ?? `${text}: ${native.strerror(-result)}`, text);
}

export const notAFile = (path: Path): HostError =>
  new HostError(FAULTS.notAFile, faultWords.notAFile(textOf(path)), textOf(path));

export const tooLarge = (path: Path, limit: number): HostError =>
  new HostError(FAULTS.tooLarge, faultWords.tooLarge(textOf(path), limit), textOf(path));

/** What a call gave, where that was no failure. */
export function checked<T>(path: Path, result: T | number): T {
  if (typeof result === "number" && result < 0) throw failure(path, result);
  return result as T;
}

/** The same for calls that answer undefined where nothing is there. */
export function checkedIfThere<T>(path: Path, result: T | number): T | undefined {
  return result === -ENOENT || result === -ENOTDIR ? undefined : checked(path, result);
}

/** Names the first link below the root: only for people, as it may have changed since. */
function linkWords(root: string, path: string): string | undefined {
  const names = path.split("/");
  for (let count = 1; count <= names.length; count++) {
    const link = pathOf({ root, path: names.slice(0, count).join("/") });
    const target = native.readlink(link);
    if (typeof target === "string") return faultWords.link(pathOf({ root, path }), link, target);
  }
  return undefined;
}
