// SHA-256 of files, piece by piece: between pieces of a large one the process hears signals.

import * as native from "baton:native";
import { type Cancel, type FileDigest, Interrupted } from "../../host.ts";
import { checked } from "./errors.ts";
import { O_NONBLOCK, O_RDONLY } from "./flags.ts";
import { after } from "./loop.ts";

export function sha256(path: string, file: number): string {
  const state = native.sha256Start();
  while (feed(path, state, file) > 0);
  return native.sha256End(state);
}

/** What has become a pipe since it was looked at does not block. */
export async function digest(path: string, cancel: Cancel): Promise<FileDigest> {
  const file = checked(path, native.open(path, O_RDONLY | O_NONBLOCK, 0));
  try {
    const state = native.sha256Start();
    let size = 0;
    for (;;) {
      if (native.ticks() - rested > LONGEST_PIECE) await rest();
      if (cancel.fired) throw new Interrupted();
      const count = feed(path, state, file);
      if (count === 0) return { sha256: native.sha256End(state), size };
      size += count;
    }
  } finally {
    native.close(file);
  }
}

const PIECE = 1 << 20;
/** Milliseconds of hashing, of one file or of many, after which others get their turn. */
const LONGEST_PIECE = 20;

let rested = 0;

const feed = (path: string, state: Uint8Array, file: number): number =>
  checked(path, native.sha256Feed(state, file, PIECE));

async function rest(): Promise<void> {
  await new Promise<void>((settle) => after(0, settle));
  rested = native.ticks();
}
