// What each container sees of which volume: Tekton's private directories, the Task's workspaces, its own volumes.

import { RESERVED_VOLUME } from "../../../entrypoint/protocol/index.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { suggestion } from "../../diagnostics/nearest.ts";
import { defined } from "../../documents/defined.ts";
import { isReservedPath } from "../../documents/mount-paths.ts";
import type { ContainerFields, WorkspaceUse } from "../../documents/spec.ts";
import { type VolumeKey, volumeKey } from "../model/keys.ts";
import { binMount, mountOf, ownRunMount, privateMounts, runMount, VOLUME } from "../model/places.ts";
import type { Mount, PlannedContainer, PlannedVolume } from "../model/plan.ts";
import type { BoundWorkspace, Leaf, Unit } from "../model/unit.ts";
import { indexOf, type PodContext, unitOf } from "./context.ts";
import type { Late } from "./late.ts";

/** Mounts of a step. Where the user mounts something at a path of ours, the user's mount stands. */
export function stepMounts(
  context: PodContext,
  leaf: Leaf,
  { mounts }: Late,
  volumeNames: VolumeNames,
): readonly Mount[] {
  const { places } = context;
  const unit = unitOf(context, leaf);
  return withoutDoubles([
    ...userMounts(context, leaf.spec, unit, volumeNames),
    ...workspaceMounts(context, unit, leaf.spec.workspaces),
    binMount(places),
    runMount(places),
    ownRunMount(places, String(indexOf(context, leaf.id))),
    ...privateMounts(places, unit.key).filter(
      (mount) => leaf.spec.script !== undefined || mount.volume !== VOLUME.scripts,
    ),
    ...mounts,
  ]);
}

/** Mounts of a sidecar: the binary, the posts it watches, shared workspaces and its own volumes. */
export function sidecarMounts(
  context: PodContext,
  unit: Unit,
  spec: ContainerFields & { readonly workspaces?: readonly WorkspaceUse[] },
  runName: string,
  volumeNames: VolumeNames,
): readonly Mount[] {
  const { places } = context;
  const scripts = privateMounts(places, unit.key).filter((mount) => mount.volume === VOLUME.scripts);
  return withoutDoubles([
    ...userMounts(context, spec, unit, volumeNames),
    ...workspaceMounts(context, unit, spec.workspaces),
    binMount(places),
    runMount(places),
    ownRunMount(places, runName),
    ...(spec.script === undefined ? [] : scripts),
  ]);
}

/** The plan's name of a volume that the Task itself declares; others are the run's or the pod's own. */
export type VolumeNames = ReadonlyMap<VolumeKey, string>;

function userMounts(
  context: PodContext,
  spec: ContainerFields,
  unit: Unit,
  names: VolumeNames,
): readonly Mount[] {
  return (spec.volumeMounts ?? []).map(({ name, mountPath, subPath, readOnly, ...kubernetes }) => {
    const volume = names.get(volumeKey(unit.key, String(name))) ?? String(name);
    const below = typeof subPath === "string" && subPath !== "" ? subPath : undefined;
    const mount = context.places.place(
      mountOf(volume, below, free(context, unit, String(mountPath)), readOnly === true),
    );
    return Object.keys(kubernetes).length === 0 ? mount : { ...mount, kubernetes };
  });
}

/** The check knows paths as they are written; here they are whole. */
function free({ run }: PodContext, unit: Unit, path: string): string {
  if (!isReservedPath(path)) return path;
  const place = run.place(`tasks.${unit.key}`);
  throw new UserError([
    {
      code: "forbidden-mount",
      severity: "error",
      message: `${unit.key} mounts something at "${path}", which is used for the run itself`,
      ...defined({ place }),
      cure: "mount it elsewhere (of /tekton only /tekton/home is free)",
    },
  ]);
}

/** A workspace that some step or sidecar asks for by name is mounted there alone (isolation), else everywhere. */
function workspaceMounts(
  context: PodContext,
  unit: Unit,
  uses: readonly WorkspaceUse[] | undefined,
): readonly Mount[] {
  return unit.workspaces.flatMap((workspace) => {
    const use = uses?.find((one) => one.name === workspace.name);
    if (use === undefined && context.isolated.get(unit.key)?.has(workspace.name)) return [];
    const mount = workspaceMount(workspace, free(context, unit, use?.mountPath ?? workspace.mountPath));
    return mount === undefined ? [] : [context.places.place(mount)];
  });
}

function workspaceMount({ piece, readOnly }: BoundWorkspace, path: string): Mount | undefined {
  return piece && mountOf(piece.volume, piece.subPath, path, readOnly);
}

function withoutDoubles(mounts: readonly Mount[]): readonly Mount[] {
  const byPath = new Map<string, Mount>();
  for (const mount of mounts) if (!byPath.has(mount.path)) byPath.set(mount.path, mount);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Throws UserError with all such mounts. */
export function refuseUnknownVolumes(
  containers: readonly PlannedContainer[],
  volumes: readonly PlannedVolume[],
): void {
  const names = new Set(volumes.map(({ name }) => name));
  const own = [...names].filter((name) => !name.startsWith(RESERVED_VOLUME));
  const unknown = containers.flatMap(({ id, mounts }) =>
    mounts.filter(({ volume }) => !names.has(volume)).map(({ volume, path }) => ({ id, volume, path })),
  );
  if (unknown.length === 0) return;
  throw new UserError(
    unknown.map(({ id, volume, path }) => ({
      code: "unknown-volume",
      severity: "error",
      message: `${id} mounts the volume "${volume}" at ${path}, and there is none of that name`,
      cure: suggestion(
        volume,
        own,
        'declare it among the "volumes" of the Task, or of the run\'s podTemplate',
      ),
    })),
  );
}
