// The event loop: descriptors and timers, and one poll(2) that blocks until one of them is due.

import * as native from "baton:native";
import { hear } from "./ahead.ts";
import { EINTR } from "./errors.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

const readers = new Map<number, () => void>();
const timers = new Set<Timer>();
const leftOver: (() => void)[] = [];

/** Calls back whenever the descriptor is readable or at its end; returns how to forget it. */
export function onReadable(descriptor: number, callback: () => void): () => void {
  readers.set(descriptor, callback);
  return () => {
    if (readers.get(descriptor) === callback) readers.delete(descriptor);
  };
}

/** Calls back once, after this many milliseconds; returns how to forget it. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = { due: native.ticks() + milliseconds, callback };
  timers.add(timer);
  return () => timers.delete(timer);
}

/** Calls back once nothing else is left to do: for work that nobody waits for. */
export function later(callback: () => void): void {
  leftOver.push(callback);
}

/** Waits for what comes first, and calls back for it. */
export function turn(): void {
  for (const callback of leftOver.splice(0)) callback();
  const ready = native.poll([...readers.keys()], timeout());
  if (typeof ready === "number") {
    if (ready !== -EINTR) throw new Error(`poll: ${native.strerror(-ready)}`);
    return;
  }
  hear();
  for (const descriptor of ready) readers.get(descriptor)?.();
  if (timers.size > 0) fireTimers();
}

const LONGEST = 2 ** 31 - 1;

/** Rounded up: a timer that is a fraction early would spin. */
function timeout(): number {
  let due = Number.POSITIVE_INFINITY;
  for (const timer of timers) due = Math.min(due, timer.due);
  if (due === Number.POSITIVE_INFINITY) return -1;
  return Math.min(LONGEST, Math.max(0, Math.ceil(due - native.ticks())));
}

function fireTimers(): void {
  const now = native.ticks();
  for (const timer of [...timers]) {
    if (timer.due <= now && timers.delete(timer)) timer.callback();
  }
}
