// What a step sees of the machine: its files, read-only, but for those that are made anew for it, and for sockets, behind
// which processes of the machine listen.

import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The host's tree below a root of our own, read-only. A mount point that the host lacks cannot be made in a read-only
 * directory: such a directory is rebuilt the way the root is, entry by entry.
 */
export function showHost(mountPoints: readonly string[], proc: readonly string[]): string[] {
  const rebuilt = new Set(mountPoints.map(nearestExisting).filter((path) => path !== undefined));
  const inside = [...rebuilt].sort((a, b) => depth(a) - depth(b)).flatMap(rebuild);
  root ??= [...rebuild("/"), ...showOfRun()];
  return [...root, ...inside, ...proc, "--dev", "/dev"];
}

/**
 * Sockets of the machine that a step would see: what listens there is no part of its run. /run, where most of them are, is
 * not shown at all; those elsewhere are covered one by one, as far as they are there when the step starts.
 */
export function coverSockets({ mounts, hidden }: Covered): string[] {
  const elsewhere = [...OWN, ...hidden, ...mounts.map(({ path }) => path)];
  return [...new Set(listening().map(realMountPoint))]
    .filter((path) => !elsewhere.some((top) => isWithin(path, top)) && isSocket(path))
    .flatMap((path) => ["--ro-bind", "/dev/null", path]);
}

interface Covered {
  readonly mounts: readonly { readonly path: string }[];
  readonly hidden: readonly string[];
}

/** Where a path leads by the machine's own links (/var/run): what is to be mounted there is mounted where that is. */
export function realMountPoint(path: string): string {
  if (path === "/" || OWN.has(`/${path.split("/")[1]}`)) return path;
  try {
    return realpathSync(path);
  } catch {
    return join(realMountPoint(dirname(path)), path.slice(path.lastIndexOf("/") + 1));
  }
}

export const isWithin = (path: string, top: string): boolean =>
  path === top || path.startsWith(top.endsWith("/") ? top : `${top}/`);

export const depth = (path: string): number => path.split("/").filter((part) => part !== "").length;

export const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Not the host's: made anew, or mounted by the plan. */
const OWN = new Set(["/proc", "/dev", "/run", "/tmp", "/tekton", "/workspace", "/lost+found"]);

/** Looked up once: every step of a run sees the same. */
let root: readonly string[] | undefined;

const rebuild = (directory: string): string[] => [
  "--tmpfs",
  directory,
  ...readdirSync(directory).flatMap((name) => show(join(directory, name))),
];

function show(path: string): string[] {
  if (OWN.has(path)) return [];
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    return ["--symlink", readlinkSync(path), path];
  return ["--ro-bind-try", path, path];
}

/** Of /run: what is no more than a file by which names are resolved, and where NixOS keeps its programs. */
function showOfRun(): string[] {
  const resolver = realMountPoint("/etc/resolv.conf");
  const kept = [...(isWithin(resolver, "/run") ? [resolver] : []), "/run/current-system"];
  return ["--perms", "0755", "--dir", "/run", ...kept.flatMap((path) => ["--ro-bind-try", path, path])];
}

/** The host's directory in which this mount point would have to be made; undefined where none has to. */
function nearestExisting(mountPoint: string): string | undefined {
  const parts = realMountPoint(mountPoint)
    .split("/")
    .filter((part) => part !== "");
  if (OWN.has(`/${parts[0]}`)) return undefined;
  let path = "";
  for (const part of parts) {
    if (!isThere(`${path}/${part}`)) return path === "" ? undefined : path;
    path += `/${part}`;
  }
  return undefined;
}

/** Paths of sockets in this network namespace on which somebody listens (`__SO_ACCEPTCON`), or may receive (datagrams). */
function listening(): readonly string[] {
  try {
    return readFileSync("/proc/net/unix", "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , flags, type]) => flags === "00010000" || type === "0002")
      .flatMap((fields) => fields.slice(7).join(" "))
      .filter((path) => path.startsWith("/"));
  } catch {
    return [];
  }
}

const isSocket = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
