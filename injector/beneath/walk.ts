// A walk from a directory down to what lies beneath it, where others may exchange what lies there at any moment: each
// directory is opened in the one before it, and none is a link. Node has no openat; Linux' /proc/self/fd stands in for it.

import { closeSync, constants, existsSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** A directory that is open: what its path leads to may have changed since, what `nameIn` leads to has not. */
export interface Open {
  readonly fd: number;
  readonly path: string;
}

/** Opens the directory at `path` beneath `root`, which is trusted, for as long as `use` takes. `make`: and makes it. */
export function inDirectory<T>(
  root: string,
  path: string,
  use: (directory: Open) => T,
  make: "make" | "find" = "find",
): T {
  let open = openRoot(root);
  try {
    for (const name of partsOf(path)) {
      const next = openNext(open, name, make);
      closeSync(open.fd);
      open = next;
    }
    return use(open);
  } finally {
    closeSync(open.fd);
  }
}

/** The directory above the last name of `path`, and that name. */
export function besideName<T>(
  root: string,
  path: string,
  use: (directory: Open, name: string) => T,
  make: "make" | "find" = "find",
): T {
  const parts = partsOf(path);
  const name = parts.pop();
  if (name === undefined) throw new Error(`${path} has no name`);
  return inDirectory(root, parts.join("/"), (directory) => use(directory, name), make);
}

/** A path that leads to `name` in the directory that was opened, wherever that is now. */
export const nameIn = ({ fd, path }: Open, name: string): string =>
  HAS_PROC ? `/proc/self/fd/${fd}/${name}` : join(path, name);

export const openRoot = (root: string): Open => ({
  fd: openSync(root, constants.O_RDONLY | constants.O_DIRECTORY),
  path: HAS_PROC ? root : realpathSync(root),
});

const openIn = (directory: Open, name: string): Open => ({
  fd: openSync(nameIn(directory, name), constants.O_RDONLY | constants.O_DIRECTORY | NO_LINK),
  path: join(directory.path, name),
});

export const HAS_PROC = existsSync("/proc/self/fd");

/** On macOS no part of a path may be a link (O_NOFOLLOW_ANY); on Linux there is only one part each time. */
export const NO_LINK = constants.O_NOFOLLOW | (process.platform === "darwin" ? 0x2000_0000 : 0);

/** Linux' O_PATH: opens nothing, says what is there, and can be mounted. */
export const O_PATH = 0x20_0000;

/** Dots lead nowhere above the root. */
export function partsOf(path: string): string[] {
  const parts = join("/", path)
    .split("/")
    .filter((part) => part !== "");
  if (parts.some((part) => part.includes("\0"))) throw new Error("a path has no null character");
  return parts;
}

function openNext(directory: Open, name: string, make: "make" | "find"): Open {
  try {
    return openIn(directory, name);
  } catch (error) {
    if (make === "find" || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  makeIn(directory, name);
  return openIn(directory, name);
}

function makeIn(directory: Open, name: string): void {
  try {
    mkdirSync(nameIn(directory, name), { mode: 0o777 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
