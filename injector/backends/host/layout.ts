// Makes what has to exist before the first step, as a pod's init container would: through the mounts of the layout.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Mount, PlannedLayout } from "../../plan/model/plan.ts";
import { mountSource, type VolumePaths, within } from "./volumes.ts";

/** `binary` is the file to install where the layout wants the entrypoint. */
export function makeLayout({ layout, mounts }: PlannedLayout, volumes: VolumePaths, binary: string): void {
  const at = (path: string) => hostPathOf(path, mounts, volumes);
  for (const { path, mode } of layout.directories) {
    const directory = at(path);
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, mode);
  }
  for (const { path, mode, base64 } of layout.files) {
    const file = at(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(base64, "base64"));
    chmodSync(file, mode);
  }
  for (const { path, target } of layout.links) {
    const link = at(path);
    mkdirSync(dirname(link), { recursive: true });
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(target, link);
  }
  if (layout.binary === undefined) return;
  const copy = at(layout.binary);
  mkdirSync(dirname(copy), { recursive: true });
  if (!existsSync(copy)) copyFileSync(binary, copy);
  chmodSync(copy, 0o555);
}

/** Where `path`, as someone with these mounts sees it, is on this machine: by the longest mount above it. */
export function hostPathOf(path: string, mounts: readonly Mount[], volumes: VolumePaths): string {
  const above = mounts
    .filter((mount) => path === mount.path || path.startsWith(`${mount.path.replace(/\/$/, "")}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (above === undefined) return path;
  return within(mountSource(above, volumes), path.slice(above.path.length));
}
