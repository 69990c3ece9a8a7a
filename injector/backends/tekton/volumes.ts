// Volumes and mounts: the run's own as they are. Tekton has its private directories itself, one for the whole TaskRun,
// so fused Tasks get a part of a volume each for those in which unchanged Tasks would find each other's files.

import { HOME_DIR, RESERVED_VOLUME, WORKSPACE } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { Mount, Plan } from "../../plan/model/plan.ts";
import { KUBERNETES } from "../kubernetes/profile.ts";
import { volumeOf } from "../kubernetes/volumes.ts";

export function volumesOf(plan: Plan): readonly unknown[] {
  const mounted = new Set(
    [...plan.steps, ...plan.sidecars].flatMap(({ mounts }) => mounts.filter(isKept(plan))).map(nameOf),
  );
  return plan.volumes
    .map((volume) => ({ ...volume, name: rename(volume.name) }))
    .filter(({ name }) => mounted.has(name))
    .map((volume) => volumeOf(volume, KUBERNETES));
}

export const mountsOf = (mounts: readonly Mount[], plan: Plan): readonly unknown[] =>
  mounts.filter(isKept(plan)).map((mount) => ({
    name: nameOf(mount),
    mountPath: mount.path,
    ...defined({ subPath: mount.subPath }),
    ...(mount.readOnly ? { readOnly: true } : {}),
    ...mount.kubernetes,
  }));

const isKept =
  ({ tasks }: Plan) =>
  ({ volume, path }: Mount): boolean =>
    !volume.startsWith(RESERVED_VOLUME) || (tasks.length > 1 && (path === HOME_DIR || path === WORKSPACE));

const rename = (volume: string): string =>
  volume.startsWith(RESERVED_VOLUME) ? `baton-${volume.slice(RESERVED_VOLUME.length)}` : volume;

const nameOf = ({ volume }: Mount): string => rename(volume);
