// Writing where a step may have been: every directory on the way is a real one, and a file is made anew, so that nothing
// is ever written through a link. All of it throws what the system says.

import {
  closeSync,
  constants,
  fchmodSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { temporary } from "../../entrypoint/protocol/index.ts";
import { isBeneath } from "./read.ts";
import { besideName, inDirectory, NO_LINK, nameIn } from "./walk.ts";

/** Appears whole or not at all, in directories that are made where there are none. */
export function writeBeneath(root: string, path: string, content: string | Uint8Array, mode = 0o666): void {
  const write = (at: string) => {
    rmSync(at, { force: true, recursive: true });
    const fd = openSync(at, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_LINK, mode);
    try {
      writeFileSync(fd, content);
      if (mode !== 0o666) fchmodSync(fd, mode);
    } finally {
      closeSync(fd);
    }
  };
  besideName(
    root,
    path,
    (directory, name) => {
      const made = nameIn(directory, temporary(name));
      write(made);
      renameSync(made, nameIn(directory, name));
    },
    "make",
  );
}

/** Makes it and those above it; `mode` is then that of the last one, whatever the umask. */
export function makeDirectory(root: string, path: string, mode?: number): void {
  inDirectory(root, path, ({ fd }) => mode !== undefined && fchmodSync(fd, mode), "make");
}

/** What is there already stays. */
export function linkBeneath(root: string, path: string, target: string): void {
  if (isBeneath(root, path)) return;
  besideName(root, path, (directory, name) => symlinkSync(target, nameIn(directory, name)), "make");
}
