// Where each volume of a plan is on this machine. What is made for the run lives in its directory; a folder is the
// user's; a claim is a folder that baton keeps between runs, because that is what a claim is for.

import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { DataSource, Mount, Plan, PlannedVolume, ValueSource } from "../../plan/model/plan.ts";

/** Path on this machine by volume name. */
export type VolumePaths = ReadonlyMap<string, string>;

/**
 * Makes what has to be made. Problems are collected in `problems`. `claims` are where somebody else keeps them; others are
 * folders that all backends of this machine share.
 */
export function makeVolumes(
  plan: Plan,
  directory: string,
  problems: Diagnostic[],
  claims: ReadonlyMap<string, string> = new Map(),
): VolumePaths {
  const make = (volume: PlannedVolume): string => {
    const kept = volume.source.kind === "claim" ? claims.get(volume.source.claim) : undefined;
    return kept ?? makeVolume(volume, directory, problems);
  };
  return new Map(plan.volumes.map((volume) => [volume.name, make(volume)]));
}

/** A place on this machine: `path` is what steps can shape, and is only ever opened beneath `root`. */
export interface Place {
  readonly root: string;
  readonly path: string;
}

export function volumeRoot(volume: string, volumes: VolumePaths): string {
  const root = volumes.get(volume);
  if (root === undefined) throw new Error(`mount of ${volume}, which the plan does not have`);
  return root;
}

/** Where `path`, as someone with these mounts sees it, is on this machine: by the longest mount above it. */
export function placeOf(path: string, mounts: readonly Mount[], volumes: VolumePaths): Place {
  const above = mounts
    .filter((mount) => path === mount.path || path.startsWith(`${mount.path.replace(/\/$/, "")}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (above === undefined) return { root: "/", path };
  const root = volumeRoot(above.volume, volumes);
  return { root, path: within(above.subPath ?? "", path.slice(above.path.length)) };
}

export const sourcePlace = ({ volume, path }: ValueSource, volumes: VolumePaths): Place => ({
  root: volumeRoot(volume, volumes),
  path,
});

/** `path` below `root`, wherever its dots point. */
const within = (root: string, path: string): string => join(root, join("/", path));

export const pathOf = ({ root, path }: Place): string => within(root, path);

function makeVolume(volume: PlannedVolume, directory: string, problems: Diagnostic[]): string {
  const own = within(join(directory, "volumes"), volume.name);
  const { source } = volume;
  switch (source.kind) {
    case "empty":
    case "claimTemplate":
      return openDirectory(own);
    case "folder":
      return existingFolder(resolve(source.path), problems);
    case "claim":
      return keptDirectory(claimFolder(source.claim));
    case "configMap":
    case "secret":
    case "projected":
      return writeFiles(own, volume.name, source, problems);
    case "kubernetes":
      return hostPath(source.raw) ?? unsupported(volume.name, source.raw, problems);
  }
}

/** Writable by any user, as an emptyDir is. */
function openDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
  return path;
}

/** Kept between runs, with the mode that it has. */
function keptDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

function existingFolder(path: string, problems: Diagnostic[]): string {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info?.isDirectory() !== true)
    problems.push({
      code: "folder-not-found",
      message: `the workspace folder ${path} ${info === undefined ? "does not exist" : "is not a directory"}`,
      severity: "error",
      cure: `mkdir -p ${path}`,
    });
  return path;
}

const claimFolder = (claim: string): string => within(claimsFolder(), claim);

export function claimsFolder(): string {
  const given = process.env["XDG_DATA_HOME"] ?? "";
  // A relative one is to be ignored, by the specification.
  const data = isAbsolute(given) ? given : join(homedir(), ".local", "share");
  return join(data, "baton", "claims");
}

function writeFiles(own: string, name: string, source: DataSource, problems: Diagnostic[]): string {
  mkdirSync(own, { recursive: true, mode: 0o755 });
  if (source.files === undefined) problems.push(notGiven(name, source));
  for (const [name, { base64, mode }] of Object.entries(source.files ?? {})) {
    const path = within(own, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(base64, "base64"), { mode });
  }
  return own;
}

function notGiven(volume: string, { kind, name }: DataSource): Diagnostic {
  const object = {
    configMap: `the ConfigMap "${name}"`,
    secret: `the Secret "${name}"`,
    projected: "objects",
  };
  return {
    code: "data-not-given",
    message: `volume "${volume}" needs ${object[kind]}, which ${kind === "projected" ? "are" : "is"} in no given file`,
    severity: "error",
    cure: `add a file with ${kind === "projected" ? "all that it names" : `that ${object[kind].split(" ")[1]}`} to the command`,
  };
}

function hostPath(raw: Readonly<Record<string, unknown>>): string | undefined {
  const given = raw["hostPath"];
  if (typeof given !== "object" || given === null || !("path" in given)) return undefined;
  return typeof given.path === "string" ? given.path : undefined;
}

function unsupported(name: string, raw: Readonly<Record<string, unknown>>, problems: Diagnostic[]): string {
  problems.push({
    code: "volume-not-local",
    message: `volume "${name}" is a ${Object.keys(raw)[0] ?? "volume"}, which only a cluster has`,
    severity: "error",
    cure: "bind it to an emptyDir or a folder (-w name=…,path=DIR), or run it on a cluster",
  });
  return "";
}
