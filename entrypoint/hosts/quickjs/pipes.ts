// Liveness pipes: a FIFO held open for reading and writing until the process ends. A reader's end of file is the
// kernel saying that the holder let go, or died.

import * as native from "baton:native";
import type { Hold } from "../../host.ts";
import { checked, checkedIfThere, EAGAIN } from "./errors.ts";
import { O_NONBLOCK, O_RDONLY, O_RDWR } from "./flags.ts";
import { onReadable } from "./loop.ts";
import { typeOf } from "./modes.ts";
import { whole } from "./publishing.ts";

const MODE = 0o644;

/** Makes a pipe at `path` that is held from the moment it appears. */
export function hold(path: string): Hold {
  let pipe = -1;
  whole(path, (partial) => {
    native.unlink(partial);
    checked(path, native.mkfifo(partial, MODE));
    pipe = checked(path, native.open(partial, O_RDWR | O_NONBLOCK, 0));
    checked(path, native.fchmod(pipe, MODE));
  });
  return new PipeHold(pipe);
}

export class PipeHold implements Hold {
  #pipe: number | undefined;

  constructor(pipe: number) {
    this.#pipe = pipe;
  }

  /** undefined once it is released. */
  get descriptor(): number | undefined {
    return this.#pipe;
  }

  release(): void {
    if (this.#pipe !== undefined) native.close(this.#pipe);
    this.#pipe = undefined;
  }

  /** Somebody else has closed it. */
  forget(): void {
    this.#pipe = undefined;
  }
}

export function liveness(path: string): "absent" | "held" | "released" {
  const pipe = openReader(path);
  if (pipe === undefined) return "absent";
  const isReleased = !isHeld(pipe);
  native.close(pipe);
  return isReleased ? "released" : "held";
}

/** Calls `onRelease` once the holder lets go; undefined where there is no pipe, or nobody holds it any more. */
export function watchPipe(path: string, onRelease: () => void): (() => void) | undefined {
  const pipe = openReader(path);
  if (pipe === undefined) return undefined;
  if (!isHeld(pipe)) {
    native.close(pipe);
    return undefined;
  }
  const close = () => {
    forget();
    native.close(pipe);
  };
  const forget = onReadable(pipe, () => {
    close();
    onRelease();
  });
  return close;
}

function openReader(path: string): number | undefined {
  const found = checkedIfThere(path, native.stat(path));
  if (found === undefined || typeOf(found[0]) !== "pipe") return undefined;
  return checkedIfThere(path, native.open(path, O_RDONLY | O_NONBLOCK, 0));
}

/** Nothing is ever written into the pipe: reading finds either nothing yet (held) or the end (released). */
function isHeld(pipe: number): boolean {
  return native.read(pipe, 1) === -EAGAIN;
}
