// Places that a step can shape, on Node, which has no openat(2): on Linux a directory that is open has a name under
// /proc/self/fd that cannot be led elsewhere; on other systems each name is looked at before it is used.

import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, type Stats } from "node:fs";
import { HostError, type Path } from "../../host.ts";
import { FAULTS, faultWords, pathOf } from "../../protocol/index.ts";
import { attempt, attemptIfThere, codeOf } from "./errors.ts";

const { O_CREAT, O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const O_PATH = 0o10000000;
const IS_LINUX = process.platform === "linux";

export const textOf = (path: Path): string => (typeof path === "string" ? path : pathOf(path));

/**
 * Calls with a name of the place that only its own last name can lead elsewhere: for calls that follow no last link.
 * Throws as such calls do.
 */
export function within<T>(path: Path, call: (name: string) => T): T {
  if (typeof path === "string") return call(path);
  const names = path.path.split("/").filter((name) => name !== "" && name !== ".");
  const last = names.pop();
  if (last === undefined || last === ".." || names.includes("..")) throw outside(pathOf(path));
  return IS_LINUX ? withinOpen(path.root, names, last, call) : withinSeen(path.root, names, last, call);
}

/** A regular file for reading, whatever is there; undefined where nothing is. */
export function openRegular(path: Path): { readonly file: number; readonly stats: Stats } | undefined {
  const text = textOf(path);
  const flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (typeof path === "string" ? 0 : O_NOFOLLOW);
  const file = shaped(path, () =>
    attemptIfThere(text, () => within(path, (name) => openFile(name, flags, text))),
  );
  if (file === undefined) return undefined;
  const stats = fstatSync(file);
  if (stats.isFile()) return { file, stats };
  closeSync(file);
  throw stats.isDirectory() ? directory(text) : notAFile(text);
}

/** A file for writing, made where nothing is: never through a link, never one that would block. */
export function openForWriting(path: Path, flags: number): number {
  const text = textOf(path);
  const all = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | flags;
  const file = shaped(path, () => attempt(text, () => within(path, (name) => openFile(name, all, text))));
  const stats = fstatSync(file);
  if (stats.isFile() || stats.isCharacterDevice()) return file;
  closeSync(file);
  throw notAFile(text);
}

/** What a call throws about a link below a root names the link. */
export function shaped<T>(path: Path, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== FAULTS.link) throw error;
    throw new HostError(FAULTS.link, linkWords(path) ?? error.message, textOf(path));
  }
}

function openFile(name: string, flags: number, text: string): number {
  try {
    return openSync(name, flags, 0o666);
  } catch (error) {
    if (codeOf(error) === "ENXIO") throw notAFile(text);
    throw error;
  }
}

function withinOpen<T>(root: string, names: readonly string[], last: string, call: (name: string) => T): T {
  let at = openSync(root, O_PATH | O_DIRECTORY);
  try {
    for (const name of names) {
      const path = `/proc/self/fd/${at}/${name}`;
      const next = openDirectory(path);
      closeSync(at);
      at = next;
    }
    return call(`/proc/self/fd/${at}/${last}`);
  } finally {
    closeSync(at);
  }
}

/** A link that is not followed is no directory: the kernel says ENOTDIR, and what is meant is ELOOP. */
function openDirectory(path: string): number {
  try {
    return openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === "ENOTDIR" && lstatSync(path).isSymbolicLink()) throw loop(path);
    throw error;
  }
}

function withinSeen<T>(root: string, names: readonly string[], last: string, call: (name: string) => T): T {
  let at = root;
  for (const name of names) {
    at = `${at}/${name}`;
    if (lstatSync(at).isSymbolicLink()) throw loop(at);
  }
  return call(`${at}/${last}`);
}

const loop = (path: string): HostError => new HostError(FAULTS.link, `${path}: is a link`, path);
const outside = (path: string): HostError =>
  new HostError(FAULTS.outside, `${path}: leads out of its directory`, path);
const notAFile = (path: string): HostError => new HostError(FAULTS.notAFile, faultWords.notAFile(path), path);
const directory = (path: string): HostError =>
  new HostError(FAULTS.directory, `${path}: is a directory`, path);

/** Names the first link below the root: only for people, as it may have changed since. */
function linkWords(path: Path): string | undefined {
  if (typeof path === "string") return undefined;
  const names = path.path.split("/");
  for (let count = 1; count <= names.length; count++) {
    const link = pathOf({ root: path.root, path: names.slice(0, count).join("/") });
    const target = targetOf(link);
    if (target !== undefined) return faultWords.link(pathOf(path), link, target);
  }
  return undefined;
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
