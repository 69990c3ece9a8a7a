// Makes what has to exist before the first step, as a pod's init container would: through the mounts of the layout. A volume
// may hold what steps of another run left in it, so that nothing here is made through a link that leads out of it.

import { chmodSync, closeSync, readFileSync } from "node:fs";
import { openForMount } from "../../beneath/mount.ts";
import { isBeneath } from "../../beneath/read.ts";
import { HAS_PROC } from "../../beneath/walk.ts";
import { linkBeneath, makeDirectory, writeBeneath } from "../../beneath/write.ts";
import type { PlannedLayout } from "../../plan/model/plan.ts";
import { type Place, placeOf, type VolumePaths } from "./volumes.ts";

/** `binary` is the file to install where the layout wants the entrypoint. */
export function makeLayout({ layout, mounts }: PlannedLayout, volumes: VolumePaths, binary: string): void {
  const at = (path: string) => placeOf(path, mounts, volumes);
  for (const { path, mode } of layout.directories) makeOpen(at(path), mode);
  for (const { path, mode, base64 } of layout.files) {
    const file = at(path);
    writeBeneath(file.root, file.path, Buffer.from(base64, "base64"), mode);
  }
  for (const { path, target } of layout.links) {
    const link = at(path);
    linkBeneath(link.root, link.path, target);
  }
  if (layout.binary === undefined) return;
  const copy = at(layout.binary);
  if (!isBeneath(copy.root, copy.path)) writeBeneath(copy.root, copy.path, readFileSync(binary), 0o555);
}

/** As it will be mounted: by links, where they stay in the volume. */
function makeOpen({ root, path }: Place, mode: number): void {
  if (!HAS_PROC) {
    makeDirectory(root, path, mode);
    return;
  }
  const fd = openForMount(root, path);
  try {
    chmodSync(`/proc/self/fd/${fd}`, mode);
  } finally {
    closeSync(fd);
  }
}
