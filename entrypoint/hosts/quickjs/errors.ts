// -errno in the port's words: every file call that fails throws HostError with an errno name.

import * as native from "baton:native";
import { HostError } from "../../host.ts";

export const ENOENT = 2;
export const EINTR = 4;
export const EAGAIN = 11;
export const EACCES = 13;
export const EEXIST = 17;
export const ENOTDIR = 20;
export const EISDIR = 21;

/** The same numbers on all of Linux's common architectures; what is missing here is called by its number. */
const NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  [ENOENT]: "ENOENT",
  3: "ESRCH",
  [EINTR]: "EINTR",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  8: "ENOEXEC",
  9: "EBADF",
  10: "ECHILD",
  [EAGAIN]: "EAGAIN",
  12: "ENOMEM",
  [EACCES]: "EACCES",
  16: "EBUSY",
  [EEXIST]: "EEXIST",
  18: "EXDEV",
  19: "ENODEV",
  [ENOTDIR]: "ENOTDIR",
  [EISDIR]: "EISDIR",
  22: "EINVAL",
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
  39: "ENOTEMPTY",
  40: "ELOOP",
  75: "EOVERFLOW",
  95: "EOPNOTSUPP",
  116: "ESTALE",
  122: "EDQUOT",
};

export const errorName = (errno: number): string => NAMES[errno] ?? `errno ${errno}`;

/** `result` is a negative errno. */
export const failure = (path: string, result: number): HostError =>
  new HostError(errorName(-result), `${path}: ${native.strerror(-result)}`, path);

/** What a call gave, where that was no failure. */
export function checked<T>(path: string, result: T | number): T {
  if (typeof result === "number" && result < 0) throw failure(path, result);
  return result as T;
}

/** The same for calls that answer undefined where nothing is there. */
export function checkedIfThere<T>(path: string, result: T | number): T | undefined {
  return result === -ENOENT || result === -ENOTDIR ? undefined : checked(path, result);
}
