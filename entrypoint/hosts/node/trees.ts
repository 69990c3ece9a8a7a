// Making and removing directories with what is above and below them.

import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Path } from "../../host.ts";
import { attempt, codeOf, systemError } from "./errors.ts";
import { shaped, textOf, within } from "./places.ts";

/** undefined for what has nothing above it that could be made. */
export function parentOf(path: Path): Path | undefined {
  if (typeof path === "string") return dirname(path) === path ? undefined : dirname(path);
  const cut = path.path.lastIndexOf("/");
  return cut < 0 ? path.root : { root: path.root, path: path.path.slice(0, cut) };
}

/** mkdir obeys the umask, so an exact mode is set afterwards; not where it is right, as it may be somebody else's. */
export function makeDirectory(path: Path, mode?: number): void {
  shaped(path, () =>
    attempt(textOf(path), () => {
      if (typeof path === "string") makeWithParents(path);
      else makeBelow(path.root, path.path.split("/"));
      if (mode === undefined) return;
      within(path, (name) => {
        if ((statSync(name).mode & 0o7777) !== mode) chmodSync(name, mode);
      });
    }),
  );
}

/** A file, a link itself, or a directory of any depth. */
export const remove = (path: Path): void =>
  shaped(path, () =>
    attempt(textOf(path), () => {
      try {
        within(path, removeAll);
      } catch (error) {
        if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error;
      }
    }),
  );

/** Node's own walk follows no links, and never ends on paths that are too long for the system: what is below moves up. */
function removeAll(top: string): void {
  if (lstatSync(top).isDirectory()) flatten(top);
  rmSync(top, { recursive: true, force: true });
}

function flatten(top: string): void {
  const aside = `${top}/.removed.${process.hrtime.bigint()}`;
  const open = directoriesIn(top).map((name) => `${top}/${name}`);
  let moved = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of directoriesIn(next)) {
      const up = `${aside}.${moved++}`;
      renameSync(`${next}/${name}`, up);
      open.push(up);
    }
  }
}

const directoriesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Whether `path` was made. Not Node's `recursive`: on a read-only file system it says that a file is missing. */
function makeWithParents(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST" && statSync(path).isDirectory()) return false;
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeWithParents(dirname(path));
    mkdirSync(path);
  }
  return true;
}

function makeBelow(root: string, names: readonly string[]): void {
  makeWithParents(root);
  for (let count = 1; count <= names.length; count++) {
    const path = { root, path: names.slice(0, count).join("/") };
    within(path, (name) => {
      if (isDirectory(name)) return;
      mkdirSync(name);
    });
  }
}

function isDirectory(name: string): boolean {
  const stats = lstatSync(name, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw systemError(name, stats.isSymbolicLink() ? "ELOOP" : "ENOTDIR");
}
