// Life lines: a socket that its owner listens on, without ever taking a call. Whoever connects is held by the kernel until
// the owner lets go, or dies; nobody else can listen there, because that takes the right to make a file.

import * as native from "baton:native";
import type { Hold, Life, Path } from "../../host.ts";
import { beneath } from "../../protocol/index.ts";
import { checked, checkedIfThere, EAGAIN, ELOOP, failure } from "./errors.ts";
import { O_PATH } from "./flags.ts";
import { onReadable } from "./loop.ts";
import { typeOf } from "./modes.ts";
import { open } from "./places.ts";
import { whole } from "./publishing.ts";
import { remove } from "./trees.ts";

/** Makes a life line at `path` that is held from the moment it appears. */
export function hold(path: Path): Hold {
  const socket = checked(path, native.socket());
  const place = typeof path === "string" ? beneath(path) : path;
  try {
    whole(place, (partial) => {
      remove(partial);
      checked(path, bindForAll(socket, partial));
      checked(path, native.listen(socket));
    });
  } catch (error) {
    native.close(socket);
    throw error;
  }
  return new LineHold(socket);
}

export class LineHold implements Hold {
  #socket: number | undefined;

  constructor(socket: number) {
    this.#socket = socket;
  }

  /** undefined once it is released. */
  get descriptor(): number | undefined {
    return this.#socket;
  }

  release(): void {
    if (this.#socket !== undefined) native.close(this.#socket);
    this.#socket = undefined;
  }

  /** Somebody else has closed it. */
  forget(): void {
    this.#socket = undefined;
  }
}

/** One's end of a life line: to be closed. */
export interface Line {
  /** Looks now. */
  readonly life: () => Life;
  readonly close: () => void;
}

/** "crowded": held, and so many hang on it already that the kernel takes no more. */
export type Found = Line | "absent" | "released" | "crowded";

/** Calls `onRelease` once the holder lets go. */
export function watchLine(path: string, onRelease: () => void): Found {
  const socket = connect(path);
  if (typeof socket === "string") return socket;
  const close = () => {
    forget();
    native.close(socket);
  };
  const forget = onReadable(socket, onRelease);
  return { life: () => (isHeld(socket) ? "held" : "released"), close };
}

export function liveness(path: string): Life {
  const socket = connect(path);
  if (typeof socket === "string") return socket === "crowded" ? "held" : socket;
  native.close(socket);
  return "held";
}

const ECONNREFUSED = 111;

/** Permission to connect is that to write, for everybody. */
function bindForAll(socket: number, path: string): number {
  const mask = native.umask(0);
  const bound = native.bind(socket, path);
  native.umask(mask);
  return bound;
}

function connect(path: string): number | "absent" | "released" | "crowded" {
  const found = openSocket(path);
  if (found === undefined) return "absent";
  const socket = checked(path, native.socket());
  const connected = native.connect(socket, `/proc/self/fd/${found}`);
  native.close(found);
  if (connected >= 0) return socket;
  native.close(socket);
  if (connected === -EAGAIN) return "crowded";
  if (connected === -ECONNREFUSED) return "released";
  throw failure(path, connected);
}

/** What is no socket, a link to one included, is nobody's life line. */
function openSocket(path: string): number | undefined {
  const place = beneath(path);
  const found = open(place, O_PATH);
  if (found === -ELOOP) return undefined;
  const file = checkedIfThere(place, found);
  if (file === undefined) return undefined;
  const [mode] = native.fstat(file) as readonly [number, number];
  if (typeOf(mode) === "socket") return file;
  native.close(file);
  return undefined;
}

/** Nobody has anything to say: reading finds either nothing (held), or that the other side is gone. */
function isHeld(socket: number): boolean {
  const said = native.read(socket, 64);
  return said === -EAGAIN || (typeof said !== "number" && said.length > 0);
}
