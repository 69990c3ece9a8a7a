// Reaping: everything that ends below this process, started here or adopted.

import * as native from "baton:native";
import type { Exit } from "../../host.ts";
import { onChildren, signalName } from "./signals.ts";

const awaited = new Map<number, (exit: Exit) => void>();
let reaping = false;

/** From now on whatever ends is reaped. To be called before the first child is started. */
export function reapChildren(): void {
  if (reaping) return;
  reaping = true;
  onChildren(reap);
}

/** How the child ended, once it has. To be called in the same turn in which it was started. */
export const endOf = (process: number): Promise<Exit> =>
  new Promise((settle) => {
    awaited.set(process, settle);
  });

/** One SIGCHLD can stand for many. */
function reap(): void {
  for (;;) {
    const ended = native.wait();
    if (typeof ended === "number") return;
    const [process, status] = ended;
    awaited.get(process)?.(describe(status));
    awaited.delete(process);
  }
}

/** The encoding of wait(2). */
function describe(status: number): Exit {
  const number = status & 0x7f;
  return number === 0 ? { code: (status >> 8) & 0xff } : { signal: signalName(number), number };
}
