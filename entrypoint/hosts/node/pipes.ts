// Liveness pipes on Node: a FIFO made by the system's mkfifo, held open for reading and writing until the process
// ends. A reader's end of file is the kernel saying that the holder let go, or died.

import { closeSync, constants, fstatSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { execaSync } from "execa";
import type { Hold } from "../../host.ts";
import { temporary } from "../../protocol/index.ts";
import { attempt, attemptIfThere, codeOf, systemError } from "./errors.ts";

const { O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** Makes a pipe at `path` that is held from the moment it appears; `warn` is told where the system cannot make one. */
export function hold(path: string, warn: (problem: string) => void): Hold {
  const partial = temporary(path);
  if (!makePipe(path, partial, warn)) return { release: () => undefined };
  let held: number | undefined = attempt(path, () => {
    const file = openSync(partial, O_RDWR | O_NONBLOCK);
    renameSync(partial, path);
    return file;
  });
  return {
    release: () => {
      if (held !== undefined) closeSync(held);
      held = undefined;
    },
  };
}

export function liveness(path: string): "absent" | "held" | "released" {
  const file = openReader(path);
  if (file === undefined) return "absent";
  try {
    return isHeld(file) ? "held" : "released";
  } finally {
    closeSync(file);
  }
}

/** Calls `onRelease` once the holder lets go; undefined where there is no pipe, or nobody holds it any more. */
export function watchPipe(path: string, onRelease: () => void): { close(): void } | undefined {
  const file = openReader(path);
  if (file === undefined) return undefined;
  if (!isHeld(file)) {
    closeSync(file);
    return undefined;
  }
  // The kernel reports a writer that leaves between the check above and this: it was there when the pipe was opened.
  const socket = new Socket({ fd: file, readable: true, writable: false });
  socket.once("close", onRelease).on("error", () => socket.destroy());
  socket.resume();
  return { close: () => socket.removeListener("close", onRelease).destroy() };
}

/** False where the system has no mkfifo command. Other failures throw: they say what is wrong with the place. */
function makePipe(path: string, partial: string, warn: (problem: string) => void): boolean {
  attempt(path, () => rmSync(partial, { force: true }));
  const made = execaSync("mkfifo", ["-m", "644", partial], { reject: false, stdin: "ignore" });
  if (made.failed && made.code === "ENOENT") {
    warn("no mkfifo command: if this step is killed, the steps that wait for it cannot know");
    return false;
  }
  if (made.failed) throw systemError(path, codeFrom(made.stderr));
  return true;
}

/** mkfifo says why in words; these are the reasons that a place can have. */
function codeFrom(words: string): string {
  const reasons: readonly (readonly [RegExp, string])[] = [
    [/no space left/i, "ENOSPC"],
    [/read-only/i, "EROFS"],
    [/permission denied/i, "EACCES"],
    [/not permitted/i, "EPERM"],
    [/no such file/i, "ENOENT"],
    [/not a directory/i, "ENOTDIR"],
    [/quota/i, "EDQUOT"],
  ];
  return reasons.find(([pattern]) => pattern.test(words))?.[1] ?? "EIO";
}

function openReader(path: string): number | undefined {
  const file = attemptIfThere(path, () => openSync(path, O_RDONLY | O_NONBLOCK));
  if (file === undefined || fstatSync(file).isFIFO()) return file;
  closeSync(file);
  return undefined;
}

/** Nothing is ever written into the pipe: reading finds either nothing yet (held) or the end (released). */
function isHeld(file: number): boolean {
  try {
    return readSync(file, Buffer.alloc(1)) > 0;
  } catch (error) {
    if (codeOf(error) === "EAGAIN") return true;
    throw error;
  }
}
