// Directory events by inotify. One instance serves the whole process, and only while something is watched: a user has
// 128 of them by default, and root in every pod of a node is one user.

import * as native from "baton:native";
import { EAGAIN } from "./errors.ts";
import { onReadable } from "./loop.ts";

interface Watched {
  readonly watch: number;
  readonly callbacks: Set<() => void>;
}

interface Instance {
  readonly descriptor: number;
  readonly forget: () => void;
}

const watched = new Map<string, Watched>();
let instance: Instance | undefined;

/** Calls back when something appears, changes or goes away in the directory; a number is why it cannot (-errno). */
export function watchDirectory(directory: string, callback: () => void): (() => void) | number {
  instance ??= openInstance();
  if (instance === undefined) return failed;
  let entry = watched.get(directory);
  if (entry === undefined) {
    const watch = native.inotifyAdd(instance.descriptor, directory);
    if (watch < 0) {
      closeIfIdle();
      return watch;
    }
    entry = { watch, callbacks: new Set() };
    watched.set(directory, entry);
  }
  entry.callbacks.add(callback);
  return () => unwatch(directory, callback);
}

/** Whether the directory is still the one that was watched: it may have been moved or removed since. */
export const isWatched = (directory: string): boolean => watched.has(directory);

let failed = 0;

function openInstance(): Instance | undefined {
  const descriptor = native.inotifyInit();
  if (descriptor < 0) {
    failed = descriptor;
    return undefined;
  }
  return { descriptor, forget: onReadable(descriptor, () => dispatch(descriptor)) };
}

function unwatch(directory: string, callback: () => void): void {
  const entry = watched.get(directory);
  entry?.callbacks.delete(callback);
  if (entry?.callbacks.size === 0) {
    watched.delete(directory);
    if (watched.size > 0 && instance !== undefined) native.inotifyRemove(instance.descriptor, entry.watch);
  }
  closeIfIdle();
}

function closeIfIdle(): void {
  if (instance === undefined || watched.size > 0) return;
  instance.forget();
  native.close(instance.descriptor);
  instance = undefined;
}

const IN_UNMOUNT = 0x2000;
const IN_IGNORED = 0x8000;
const IN_DELETE_SELF = 0x400;
const IN_MOVE_SELF = 0x800;
const GONE = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

/** Whoever watches looks again, whatever happened; an overflow of the queue needs no care of its own for that. */
function dispatch(descriptor: number): void {
  const bytes = native.read(descriptor, 1 << 14);
  if (typeof bytes === "number") {
    if (bytes !== -EAGAIN) throw new Error(`inotify: ${native.strerror(-bytes)}`);
    return;
  }
  const callbacks = new Set([...watched.values()].flatMap((entry) => [...entry.callbacks]));
  forgetGone(new Int32Array(bytes.buffer, 0, bytes.length >> 2));
  for (const callback of callbacks) callback();
}

/** struct inotify_event: watch, mask, cookie, length of the name that follows. */
function forgetGone(events: Int32Array): void {
  for (let at = 0; at < events.length; at += 4 + ((events[at + 3] ?? 0) >> 2)) {
    if (((events[at + 1] ?? 0) & GONE) === 0) continue;
    for (const [directory, { watch }] of watched) if (watch === events[at]) watched.delete(directory);
  }
}
