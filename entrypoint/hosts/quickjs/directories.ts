// Directory events by inotify. One instance serves the whole process, and only while something is watched: a user has
// 128 of them by default, and root in every pod of a node is one user. Nothing of it is given back between a step's
// turn and its command: an instance that is closed beside its watches has the kernel wait for milliseconds, and one
// whose watches are long gone has not.

import * as native from "baton:native";
import { EAGAIN } from "./errors.ts";
import { after, later, onReadable } from "./loop.ts";

interface Watched {
  readonly watch: number;
  readonly callbacks: Set<() => void>;
}

interface Instance {
  readonly descriptor: number;
  /** Absent while it is idle. */
  forget: (() => void) | undefined;
}

const watched = new Map<string, Watched>();
let instance: Instance | undefined;

/** Calls back when something appears, changes or goes away in the directory; a number is why it cannot (-errno). */
export function watchDirectory(directory: string, callback: () => void): (() => void) | number {
  let entry = watched.get(directory);
  if (entry === undefined) {
    const watch = addWatch(directory);
    if (watch < 0) return watch;
    entry = { watch, callbacks: new Set() };
    watched.set(directory, entry);
  }
  entry.callbacks.add(callback);
  return () => {
    entry.callbacks.delete(callback);
    later(sweep);
  };
}

/** Whether the directory is still the one that was watched: it may have been moved or removed since. */
export const isWatched = (directory: string): boolean => watched.has(directory);

/** The kernel needs a few milliseconds until it has forgotten a watch. */
const UNTIL_FORGOTTEN = 50;

function addWatch(directory: string): number {
  if (instance === undefined) {
    const descriptor = native.inotifyInit();
    if (descriptor < 0) return descriptor;
    instance = { descriptor, forget: undefined };
  }
  const { descriptor } = instance;
  const watch = native.inotifyAdd(descriptor, directory);
  if (watch < 0) later(sweep);
  else instance.forget ??= onReadable(descriptor, () => dispatch(descriptor));
  return watch;
}

/** Drops watches that nobody wants any more, and some time after the last one the instance. */
function sweep(): void {
  if (instance === undefined) return;
  const { descriptor } = instance;
  for (const [directory, { watch, callbacks }] of watched) {
    if (callbacks.size > 0) continue;
    watched.delete(directory);
    // Two names of one directory have one watch.
    if (![...watched.values()].some((other) => other.watch === watch))
      native.inotifyRemove(descriptor, watch);
  }
  if (watched.size > 0) return;
  instance.forget?.();
  instance.forget = undefined;
  after(UNTIL_FORGOTTEN, closeIfIdle);
}

function closeIfIdle(): void {
  if (instance === undefined || instance.forget !== undefined) return;
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
