// Where a container may have something mounted: not over what the run itself needs there.

import { posix } from "node:path";

/** `/tekton` but for the home directory, the root, and /proc, however they are written. */
export function isReservedPath(path: string): boolean {
  const clean = posix.join("/", path).replace(/(?<=.)\/$/, "");
  if (clean === "/" || isIn(clean, "/proc")) return true;
  return isIn(clean, "/tekton") && !isIn(clean, "/tekton/home");
}

const isIn = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);
