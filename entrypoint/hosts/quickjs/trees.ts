// Making and removing directories with what is above and below them.

import * as native from "baton:native";
import { checked, checkedIfThere, EEXIST, EISDIR, ENOENT, ENOTDIR, failure } from "./errors.ts";
import { typeOf } from "./modes.ts";

const EPERM = 1;

/** mkdir obeys the umask, so an exact mode is set afterwards; not where it is right, as it may be somebody else's. */
export function makeDirectory(path: string, mode?: number): void {
  let made = native.mkdir(path, mode ?? 0o777);
  if (made === -ENOENT && path.includes("/", 1)) {
    makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/");
    made = native.mkdir(path, mode ?? 0o777);
  }
  if (made !== -EEXIST) checked(path, made);
  const found = modeOfDirectory(path);
  if (mode !== undefined && found !== mode) checked(path, native.chmod(path, mode));
}

/** A file or a whole directory, links not followed; nothing there is fine. */
export function remove(path: string): void {
  const removed = native.unlink(path);
  if (removed === -EISDIR || removed === -EPERM) removeDirectory(path);
  else checkedIfThere(path, removed);
}

function modeOfDirectory(path: string): number {
  const [mode] = checked(path, native.stat(path)) as readonly [number, number];
  if (typeOf(mode) !== "directory") throw failure(path, -ENOTDIR);
  return mode & 0o7777;
}

function removeDirectory(path: string): void {
  for (const name of checkedIfThere(path, native.readdir(path)) ?? []) remove(`${path}/${name}`);
  checkedIfThere(path, native.rmdir(path));
}
