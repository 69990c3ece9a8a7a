// Making and removing directories with what is above and below them.

import * as native from "baton:native";
import type { Path } from "../../host.ts";
import { NAMES_LIMIT } from "../../protocol/index.ts";
import {
  checked,
  checkedIfThere,
  EACCES,
  EEXIST,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  failure,
  textOf,
} from "./errors.ts";
import { typeOf } from "./modes.ts";
import { within } from "./places.ts";

const EPERM = 1;

/** mkdir obeys the umask, so an exact mode is set afterwards; not where it is right, as it may be somebody else's. */
export function makeDirectory(path: Path, mode?: number): void {
  let made = within(path, (name) => native.mkdir(name, mode ?? 0o777));
  const above = parentOf(path);
  if (made === -ENOENT && above !== undefined) {
    makeDirectory(above);
    made = within(path, (name) => native.mkdir(name, mode ?? 0o777));
  }
  if (made !== -EEXIST) checked(path, made);
  const found = modeOfDirectory(path);
  if (mode !== undefined && found !== mode)
    checked(
      path,
      within(path, (name) => native.chmod(name, mode)),
    );
}

/** A file or a whole directory, links not followed; nothing there is fine. */
export function remove(path: Path): void {
  const removed = within(path, native.unlink);
  if (removed === -EISDIR || removed === -EPERM) removeDirectory(path);
  else checkedIfThere(path, removed);
}

/** undefined for what has nothing above it that could be made. */
export function parentOf(path: Path): Path | undefined {
  const text = typeof path === "string" ? path : path.path;
  const cut = text.lastIndexOf("/");
  if (typeof path === "string") return cut < 0 ? undefined : cut === 0 ? "/" : text.slice(0, cut);
  return cut < 0 ? path.root : { root: path.root, path: text.slice(0, cut) };
}

function modeOfDirectory(path: Path): number {
  const status = typeof path === "string" ? native.stat(path) : within(path, native.lstat);
  const [mode] = checked(path, status) as readonly [number, number];
  if (typeOf(mode) !== "directory") throw failure(path, -ENOTDIR);
  return mode & 0o7777;
}

/**
 * Of any depth, with one directory open at a time and no long path: what is in a directory below moves up into the one
 * that is removed, until nothing below has anything in it.
 */
function removeDirectory(path: Path): void {
  const directory =
    typeof path === "string"
      ? native.directoryBeneath(path, "")
      : native.directoryBeneath(path.root, path.path);
  if (checkedIfThere(path, directory) === undefined) return;
  try {
    empty(path, `/proc/self/fd/${directory}`);
  } finally {
    native.close(directory);
  }
  const removed = within(path, native.rmdir);
  if (removed === -ENOTEMPTY) removeDirectory(path);
  else checkedIfThere(path, removed);
}

function empty(path: Path, top: string): void {
  const open = namesIn(path, `${top}/.`).map((name) => `${top}/${name}`);
  const aside = `${top}/.removed.${native.ticks()}`;
  let moved = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const removed = native.unlink(next);
    if (removed !== -EISDIR && removed !== -EPERM) {
      checkedIfThere(path, removed);
      continue;
    }
    for (const name of namesIn(path, next)) {
      if (native.unlink(`${next}/${name}`) >= 0) continue;
      const up = `${aside}.${moved++}`;
      checkedIfThere(`${textOf(path)}/${name}`, native.rename(`${next}/${name}`, up));
      open.push(up);
    }
    checkedIfThere(path, native.rmdir(next));
  }
}

/** A directory that its owner has locked is opened up first. */
function namesIn(path: Path, directory: string): readonly string[] {
  let names = native.readdir(directory, NAMES_LIMIT);
  if (names === -EACCES && native.chmod(directory, 0o700) >= 0)
    names = native.readdir(directory, NAMES_LIMIT);
  return checkedIfThere(path, names) ?? [];
}
