// Where a command starts. In an image or in the Task's private /workspace it is the container's own working directory; in a
// volume that others fill, the entrypoint makes and enters it at the step's turn, because a runtime that made it when the
// container starts would make it before an earlier Task clones into its parent.

import { isPrivate, join, taskPlaces } from "../model/places.ts";
import type { Mount } from "../model/plan.ts";
import type { Leaf, Unit } from "../model/unit.ts";
import { type PodContext, unitOf } from "./context.ts";

/** A relative one is below /workspace, as Tekton has it; a process that says nothing is there too. */
export function workingDirectory({ places }: PodContext, directory: string | undefined, unit: Unit) {
  if (directory?.startsWith("/")) return { workingDir: directory };
  if (!directory && !places.rooted) return {};
  return { workingDir: join(taskPlaces(places, unit.key).workspace, directory) };
}

/** The step's working directory where it is to be entered at its turn. */
export function directoryAtTurn(
  context: PodContext,
  leaf: Leaf,
  mounts: readonly Mount[],
): string | undefined {
  const { workingDir } = workingDirectory(context, leaf.spec.workingDir, unitOf(context, leaf));
  const owner = mountAbove(mounts, workingDir);
  const isMountPoint = mounts.some(({ path }) => path === workingDir);
  return owner === undefined || isPrivate(owner) || isMountPoint ? undefined : workingDir;
}

/** The innermost mount that the directory is below; undefined where it is in the image. */
export function mountAbove(mounts: readonly Mount[], directory: string | undefined): Mount | undefined {
  if (directory === undefined) return undefined;
  return mounts
    .filter(({ path }) => directory.startsWith(`${path}/`))
    .reduce<Mount | undefined>(
      (best, one) => (best && best.path.length > one.path.length ? best : one),
      undefined,
    );
}
