// SHA-256 of files, piece by piece: between pieces of a large one the process hears signals.

import * as native from "baton:native";
import { type Cancel, type FileDigest, Interrupted, type Path } from "../../host.ts";
import { checked, ENOENT, failure } from "./errors.ts";
import { after } from "./loop.ts";
import { openRegular } from "./places.ts";

/** Of the first `limit` bytes. */
export function sha256(path: Path, file: number, limit: number): string {
  const state = native.sha256Start();
  for (let left = limit; left > 0; ) {
    const count = feed(path, state, file, Math.min(left, PIECE));
    if (count === 0) break;
    left -= count;
  }
  return native.sha256End(state);
}

export async function digest(path: Path, cancel: Cancel): Promise<FileDigest> {
  const found = openRegular(path);
  if (found === undefined) throw failure(path, -ENOENT);
  const { file } = found;
  try {
    const state = native.sha256Start();
    let size = 0;
    for (;;) {
      if (native.ticks() - rested > LONGEST_PIECE) await rest();
      if (cancel.fired) throw new Interrupted();
      const count = feed(path, state, file, PIECE);
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

const feed = (path: Path, state: Uint8Array, file: number, size: number): number =>
  checked(path, native.sha256Feed(state, file, size));

async function rest(): Promise<void> {
  await new Promise<void>((settle) => after(0, settle));
  rested = native.ticks();
}
