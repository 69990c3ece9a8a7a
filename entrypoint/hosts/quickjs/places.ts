// From a place to what system calls take: a descriptor, or a name for those that follow no last link.

import * as native from "baton:native";
import type { Path } from "../../host.ts";
import { beneath } from "../../protocol/index.ts";
import { checked, checkedIfThere, EISDIR, ENXIO, EXDEV, failure, notAFile } from "./errors.ts";
import { O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_WRONLY } from "./flags.ts";
import { isCharacterDevice, typeOf } from "./modes.ts";

/** Gives a descriptor, or -errno. */
export const open = (path: Path, flags: number, mode = 0): number =>
  typeof path === "string"
    ? native.open(path, flags, mode)
    : native.openBeneath(path.root, path.path, flags, mode);

/** A regular file for reading, at once whatever is there; undefined where nothing is. */
export function openRegular(path: Path): { readonly file: number; readonly size: number } | undefined {
  const opened = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (opened === -ENXIO) throw notAFile(path);
  const file = checkedIfThere(path, opened);
  if (file === undefined) return undefined;
  const [mode, size] = native.fstat(file) as readonly [number, number];
  const type = typeOf(mode);
  if (type === "file") return { file, size };
  native.close(file);
  throw type === "directory" ? failure(path, -EISDIR) : notAFile(path);
}

/** A file for writing, made where nothing is: never through a link, never one that would block. */
export function openForWriting(path: Path, flags: number, permissions = 0o666): number {
  const place = typeof path === "string" ? beneath(path) : path;
  const opened = open(place, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | flags, permissions);
  if (opened === -ENXIO) throw notAFile(path);
  const file = checked(place, opened);
  const [mode] = native.fstat(file) as readonly [number, number];
  if (typeOf(mode) === "file" || isCharacterDevice(mode)) return file;
  native.close(file);
  throw notAFile(path);
}

/**
 * Calls with a name of the place whose directory cannot change any more: for calls that follow no last link. Gives what
 * the call gave, or -errno where there is no such directory.
 */
export function within<T>(path: Path, call: (name: string) => T): T | number {
  if (typeof path === "string") return call(path);
  const cut = path.path.lastIndexOf("/");
  const name = path.path.slice(cut + 1);
  if (name === "" || name === "." || name === "..") return -EXDEV;
  const above = path.path.slice(0, Math.max(0, cut));
  const directory = native.directoryBeneath(path.root, above);
  if (directory < 0) return directory;
  try {
    return call(`/proc/self/fd/${directory}/${name}`);
  } finally {
    native.close(directory);
  }
}
