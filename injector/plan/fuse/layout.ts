// What must exist before the first step, as paths of whoever makes it: one directory per volume, one below for each
// Task, scripts, links by step name. Directories that steps write are open to any user: containers run as they like.

import {
  type Layout,
  type LayoutFile,
  type LayoutLink,
  PROTOCOL_VERSION,
} from "../../../entrypoint/protocol/index.ts";
import { isPrivate, join, mountOf, VOLUME } from "../model/places.ts";
import type { Mount, PlannedLayout, PlannedSidecar, PlannedStep, PlannedVolume } from "../model/plan.ts";
import type { Unit } from "../model/unit.ts";
import { sidecarScriptPath } from "./containers.ts";
import { scriptPath } from "./flags.ts";
import { type Fusing, indexOf, runDirectory } from "./fusing.ts";
import { scriptText } from "./script.ts";
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
  fused: Fusing,
  steps: readonly PlannedStep[],
  sidecars: readonly PlannedSidecar[],
  volumes: readonly PlannedVolume[],
): PlannedLayout {
  const units = [...fused.units.values()];
  const mounted = new Set(
    [...steps, ...sidecars].flatMap(({ mounts }) => mounts.map(({ volume }) => volume)),
  );
  const directories = new Map([
    ...units.flatMap((unit) => unitDirectories(fused, unit, mounted)),
    ...[...steps.map((step) => String(step.index)), ...sidecars.map((sidecar) => sidecar.id)].map(
      (name) => [`${fused.places.volume(VOLUME.run)}/${name}`, OPEN] as const,
    ),
    ...steps.flatMap((step) => ownCredentials(fused, step)),
    ...[...steps, ...sidecars].flatMap((one) => neededDirectories(fused, one, volumes)),
  ]);
  const layout: Layout = {
    protocol: PROTOCOL_VERSION,
    binary: `${fused.places.volume(VOLUME.bin)}/entrypoint`,
    directories: [...directories].map(([path, mode]) => ({ path, mode })),
    files: units.flatMap((unit) => scripts(fused, unit)),
    links: units.flatMap((unit) => links(fused, unit)),
  };
  return { layout, mounts: makerMounts(fused, layout, [...steps, ...sidecars]) };
}

/** A path in a Task's own directory of a volume, as the maker sees it. */
const inUnit = ({ places }: Fusing, volume: string, unit: Unit, file?: string): string =>
  join(join(places.volume(volume), places.subPath(unit.key)), file);

/** In volumes that nobody mounts there is no place to make them: scripts, where no step has one. */
const unitDirectories = (fused: Fusing, unit: Unit, mounted: ReadonlySet<string>) =>
  UNIT_DIRECTORIES.filter(({ volume }) => fused.places.rooted || mounted.has(volume)).map(
    ({ volume, mode }) => [inUnit(fused, volume, unit), mode] as const,
  );

/** Pieces of volumes that containers mount, mount points within mounts, and working directories. */
function neededDirectories(
  fused: Fusing,
  { mounts, workingDir, flags }: PlannedStep | PlannedSidecar,
  volumes: readonly PlannedVolume[],
) {
  const pieces = mounts.filter(
    (mount) => mount.subPath !== undefined && !isPrivate(mount) && !holdsFiles(mount, volumes),
  );
  const wanted = [
    ...pieces.map((piece) => directoryOf(fused, piece, "")),
    ...placeIn(fused, mounts, workingDir, flags.working_dir),
  ];
  return wanted.map((path) => [path, OPEN] as const);
}

/** A piece of a ConfigMap or Secret is one of its files. */
const holdsFiles = (mount: Mount, volumes: readonly PlannedVolume[]): boolean =>
  volumes.some(
    ({ name, source }) => name === mount.volume && (source.kind === "configMap" || source.kind === "secret"),
  );

/** Where its entrypoint writes credentials, as whatever user it is. */
const ownCredentials = ({ places }: Fusing, { mounts }: PlannedStep) =>
  mounts
    .filter(({ volume }) => volume === VOLUME.creds)
    .map(({ volume, subPath }) => [join(places.volume(volume), subPath), OPEN] as const);

const directoryOf = ({ places }: Fusing, mount: Mount, below: string): string =>
  join(join(places.volume(mount.volume), mount.subPath), below);

/** Where a working directory is that is to be there from the start, if it is in a volume that can be written. */
function placeIn(
  fused: Fusing,
  mounts: readonly Mount[],
  directory: string | undefined,
  atTurn: string | undefined,
): readonly string[] {
  const owner = atTurn === undefined ? mountAbove(mounts, directory) : undefined;
  if (directory === undefined || owner === undefined || owner.readOnly) return [];
  return [directoryOf(fused, owner, directory.slice(owner.path.length + 1))];
}

function scripts(fused: Fusing, unit: Unit): readonly LayoutFile[] {
  const file = (path: string, script: string | undefined): readonly LayoutFile[] => {
    if (script === undefined) return [];
    const name = path.slice(path.lastIndexOf("/") + 1);
    const base64 = Buffer.from(scriptText(script)).toString("base64");
    return [{ path: inUnit(fused, VOLUME.scripts, unit, name), mode: SCRIPT, base64 }];
  };
  return [
    ...unit.elements.flatMap((element) =>
      element.kind === "step" ? file(scriptPath(fused, element.leaf), element.leaf.spec.script) : [],
    ),
    ...unit.sidecars.flatMap((sidecar, at) => file(sidecarScriptPath(fused, unit, at), sidecar.script)),
  ];
}

/** Tekton's names of a step's metadata: by name and by place in the Task. */
function links(fused: Fusing, unit: Unit): readonly LayoutLink[] {
  return unit.elements.flatMap((element) => {
    if (element.kind !== "step") return [];
    const { id, name, position } = element.leaf;
    const target = `${runDirectory(fused, indexOf(fused, id))}/status`;
    return [`step-${name}`, String(position)].map((link) => ({
      path: inUnit(fused, VOLUME.steps, unit, link),
      target,
    }));
  });
}

/** Volumes in which the layout puts something, each whole. */
function makerMounts(
  { places }: Fusing,
  layout: Layout,
  containers: readonly { readonly mounts: readonly Mount[] }[],
): readonly Mount[] {
  const used = new Set(containers.flatMap(({ mounts }) => mounts.map((mount) => mount.volume)));
  const paths = [
    layout.binary ?? "",
    ...[...layout.directories, ...layout.files, ...layout.links].map((one) => one.path),
  ];
  return [...used]
    .filter((volume) => paths.some((path) => `${path}/`.startsWith(`${places.volume(volume)}/`)))
    .sort()
    .map((volume) => mountOf(volume, undefined, places.volume(volume), false));
}
