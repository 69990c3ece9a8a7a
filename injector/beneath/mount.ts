// What is to be mounted from a volume, opened for it: a path is walked as the kernel would walk it, links included, as long
// as they stay in the volume. A mount of the open file is then one of what was found, whatever happens to its path.

import { closeSync, constants, fstatSync, mkdirSync, openSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../diagnostics/diagnostic.ts";
import { nameIn, O_PATH, type Open, openRoot, partsOf } from "./walk.ts";

/** Only for Linux. The file descriptor is for whoever asks to close; directories on the way are made where missing. */
export function openForMount(root: string, subPath: string): number {
  const above: Open[] = [openRoot(root)];
  try {
    const found = walk(above, partsOf(subPath), subPath);
    return found ?? openSync(`/proc/self/fd/${above.at(-1)?.fd}`, O_PATH);
  } finally {
    for (const { fd } of above) closeSync(fd);
  }
}

/** As many as the kernel follows. */
const MOST_LINKS = 40;

/** `above` ends as the directory that was found; what is no directory is answered. */
function walk(above: Open[], names: string[], subPath: string): number | undefined {
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const directory = above.at(-1) as Open;
    const fd = name === ".." ? undefined : openOrMake(directory, name);
    if (fd === undefined) climb(above, subPath);
    else if (fstatSync(fd).isDirectory()) above.push({ fd, path: `${directory.path}/${name}` });
    else if (fstatSync(fd).isSymbolicLink()) {
      closeSync(fd);
      names.unshift(...partsOfLink(directory, name, ++links, subPath));
    } else if (names.length === 0) return fd;
    else throw refused(fd, subPath);
  }
  return undefined;
}

function climb(above: Open[], subPath: string): void {
  if (above.length === 1) throw outside(subPath);
  closeSync((above.pop() as Open).fd);
}

function partsOfLink(directory: Open, name: string, links: number, subPath: string): readonly string[] {
  const target = readlinkSync(nameIn(directory, name));
  if (target.startsWith("/") || links > MOST_LINKS) throw outside(subPath);
  return target.split("/").filter((part) => part !== "" && part !== ".");
}

function refused(fd: number, subPath: string): UserError {
  closeSync(fd);
  return outside(subPath);
}

function openOrMake(directory: Open, name: string): number {
  const open = () => openSync(nameIn(directory, name), O_PATH | constants.O_NOFOLLOW);
  try {
    return open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  mkdirSync(nameIn(directory, name), { mode: 0o777 });
  return open();
}

const outside = (subPath: string): UserError =>
  new UserError([
    {
      code: "path-leaves-volume",
      message: `the subPath ${join(".", subPath)} leads out of its volume, or through what is no directory`,
      severity: "error",
      cure: "look for a symbolic link on the way, and remove it",
    },
  ]);
