// What must exist before the first step, as paths of whoever makes it: one directory per volume, one below for each
// Task, scripts, links by step name. Directories that steps write are open to any user: containers run as they like.

import {
  type Layout,
  type LayoutFile,
  type LayoutLink,
  PROTOCOL_VERSION,
} from "../../../entrypoint/protocol/index.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { isPrivate, join, mountOf, VOLUME } from "../model/places.ts";
import type { Mount, PlannedLayout, PlannedSidecar, PlannedStep, PlannedVolume } from "../model/plan.ts";
import type { Unit } from "../model/unit.ts";
import { sidecarScriptPath } from "./containers.ts";
import { indexOf, type PodContext, runDirectory } from "./context.ts";
import { scriptPath } from "./flags.ts";
import { mountAbove } from "./working-directory.ts";

const OPEN = 0o777;
const CLOSED = 0o755;
const SCRIPT = 0o555;

const UNIT_DIRECTORIES = [
  { volume: VOLUME.results, mode: OPEN },
  { volume: VOLUME.artifacts, mode: OPEN },
  { volume: VOLUME.home, mode: OPEN },
  { volume: VOLUME.workspace, mode: OPEN },
  { volume: VOLUME.steps, mode: CLOSED },
  { volume: VOLUME.scripts, mode: CLOSED },
] as const;

export function planLayout(
  context: PodContext,
  steps: readonly PlannedStep[],
  sidecars: readonly PlannedSidecar[],
  volumes: readonly PlannedVolume[],
): PlannedLayout {
  const units = [...context.units.values()];
  const mounted = new Set(
    [...steps, ...sidecars].flatMap(({ mounts }) => mounts.map(({ volume }) => volume)),
  );
  const directories = new Map([
    ...units.flatMap((unit) => unitDirectories(context, unit, mounted)),
    ...[...steps.map((step) => String(step.index)), ...sidecars.map((sidecar) => sidecar.id)].map(
      (name) => [`${context.places.volume(VOLUME.run)}/${name}`, OPEN] as const,
    ),
    ...steps.flatMap((step) => ownCredentials(context, step)),
    ...[...steps, ...sidecars].flatMap((one) => neededDirectories(context, one, volumes)),
  ]);
  const layout: Layout = {
    protocol: PROTOCOL_VERSION,
    binary: `${context.places.volume(VOLUME.bin)}/entrypoint`,
    directories: [...directories].map(([path, mode]) => ({ path, mode })),
    files: units.flatMap((unit) => scripts(context, unit)),
    links: units.flatMap((unit) => links(context, unit)),
  };
  return { layout, mounts: makerMounts(context, layout, [...steps, ...sidecars]) };
}

/** A path in a Task's own directory of a volume, as the maker sees it. */
const inUnit = ({ places }: PodContext, volume: string, unit: Unit, file?: string): string =>
  join(join(places.volume(volume), places.subPath(unit.key)), file);

/** In volumes that nobody mounts there is no place to make them: scripts, where no step has one. */
const unitDirectories = (context: PodContext, unit: Unit, mounted: ReadonlySet<string>) =>
  UNIT_DIRECTORIES.filter(({ volume }) => context.places.rooted || mounted.has(volume)).map(
    ({ volume, mode }) => [inUnit(context, volume, unit), mode] as const,
  );

/** Pieces of volumes that containers mount, mount points within mounts, and working directories. */
function neededDirectories(
  context: PodContext,
  { mounts, workingDir, flags }: PlannedStep | PlannedSidecar,
  volumes: readonly PlannedVolume[],
) {
  const pieces = mounts.filter(
    (mount) => mount.subPath !== undefined && !isPrivate(mount) && !holdsFiles(mount, volumes),
  );
  const wanted = [
    ...pieces.map((piece) => directoryOf(context, piece, "")),
    ...placeIn(context, mounts, workingDir, flags.working_dir),
  ];
  return wanted.map((path) => [path, OPEN] as const);
}

/** A piece of a ConfigMap or Secret is one of its files. */
const holdsFiles = (mount: Mount, volumes: readonly PlannedVolume[]): boolean =>
  volumes.some(({ name, source }) => name === mount.volume && "files" in source);

/** Where its entrypoint writes credentials, as whatever user it is. */
const ownCredentials = ({ places }: PodContext, { mounts }: PlannedStep) =>
  mounts
    .filter(({ volume }) => volume === VOLUME.creds)
    .map(({ volume, subPath }) => [join(places.volume(volume), subPath), OPEN] as const);

const directoryOf = ({ places }: PodContext, mount: Mount, below: string): string =>
  join(join(places.volume(mount.volume), mount.subPath), below);

/** Where a working directory is that is to be there from the start, if it is in a volume that can be written. */
function placeIn(
  context: PodContext,
  mounts: readonly Mount[],
  directory: string | undefined,
  atTurn: string | undefined,
): readonly string[] {
  const owner = atTurn === undefined ? mountAbove(mounts, directory) : undefined;
  if (directory === undefined || owner === undefined || owner.readOnly) return [];
  return [directoryOf(context, owner, directory.slice(owner.path.length + 1))];
}

function scripts(context: PodContext, unit: Unit): readonly LayoutFile[] {
  const file = (path: string, script: string | undefined): readonly LayoutFile[] => {
    if (script === undefined) return [];
    const name = path.slice(path.lastIndexOf("/") + 1);
    const base64 = Buffer.from(scriptText(script)).toString("base64");
    return [{ path: inUnit(context, VOLUME.scripts, unit, name), mode: SCRIPT, base64 }];
  };
  return [
    ...unit.elements.flatMap((element) =>
      element.kind === "step" ? file(scriptPath(context, element.leaf), element.leaf.spec.script) : [],
    ),
    ...unit.sidecars.flatMap((sidecar, at) => file(sidecarScriptPath(context, unit, at), sidecar.script)),
  ];
}

/** Tekton's names of a step's metadata: by name and by place in the Task. */
function links(context: PodContext, unit: Unit): readonly LayoutLink[] {
  return unit.elements.flatMap((element) => {
    if (element.kind !== "step") return [];
    const { id, name, position } = element.leaf;
    const target = `${runDirectory(context, indexOf(context, id))}/status`;
    return [`step-${name}`, String(position)].map((link) => ({
      path: inUnit(context, VOLUME.steps, unit, link),
      target,
    }));
  });
}

/** Volumes in which the layout puts something, each whole. */
function makerMounts(
  { places }: PodContext,
  layout: Layout,
  containers: readonly { readonly mounts: readonly Mount[] }[],
): readonly Mount[] {
  const used = new Set(containers.flatMap(({ mounts }) => mounts.map((mount) => mount.volume)));
  const made = [...layout.directories, ...layout.files, ...layout.links].map((one) => one.path);
  const filled = withParents([...made, layout.binary ?? ""]);
  return [...used]
    .filter((volume) => filled.has(places.volume(volume)))
    .sort()
    .map((volume) => mountOf(volume, undefined, places.volume(volume), false));
}

/** The paths and all directories above them. */
function withParents(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (let path of paths)
    while (path !== "" && !all.has(path)) {
      all.add(path);
      path = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    }
  return all;
}

const DEFAULT_HEAD = "#!/bin/sh\nset -e\n";

/** Tekton's rule: a script without an interpreter line is /bin/sh's and stops at the first error. */
export function scriptText(script: string): string {
  // The kernel looks for it in the very first line, people put it into the first that is not empty.
  const trimmed = script.trimStart();
  if (trimmed.startsWith("#!win"))
    throw new UserError([
      {
        code: "windows-script",
        severity: "error",
        message:
          "scripts for Windows (`#!win`) cannot be run: Baton's steps are Linux containers or processes",
        cure: "write the script for an interpreter of the step's image, with its own `#!` line",
      },
    ]);
  return trimmed.startsWith("#!") ? trimmed : DEFAULT_HEAD + script;
}
