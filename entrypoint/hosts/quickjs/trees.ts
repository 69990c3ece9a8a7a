// Making and removing directories with what is above and below them.

import * as native from "baton:native";
import { checked, checkedIfThere, EEXIST, EISDIR, ENOENT, ENOTDIR, failure } from "./errors.ts";
import { typeOf } from "./modes.ts";

const EPERM = 1;

/** mkdir obeys the umask, so an exact mode is set afterwards, and only on a directory that this call made. */
export function makeDirectory(path: string, mode?: number): void {
  let made = native.mkdir(path, mode ?? 0o777);
  if (made === -ENOENT && path.includes("/", 1)) {
    makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/");
    made = native.mkdir(path, mode ?? 0o777);
  }
  if (made === -EEXIST) assertDirectory(path);
  else checked(path, made === 0 && mode !== undefined ? native.chmod(path, mode) : made);
}

/** A file or a whole directory, links not followed; nothing there is fine. */
export function remove(path: string): void {
  const removed = native.unlink(path);
  if (removed === -EISDIR || removed === -EPERM) removeDirectory(path);
  else checkedIfThere(path, removed);
}

// --- Internal helpers ---

function assertDirectory(path: string): void {
  const found = checked(path, native.stat(path)) as readonly [number, number];
  if (typeOf(found[0]) !== "directory") throw failure(path, -ENOTDIR);
}

function removeDirectory(path: string): void {
  for (const name of checkedIfThere(path, native.readdir(path)) ?? []) remove(`${path}/${name}`);
  checkedIfThere(path, native.rmdir(path));
}
