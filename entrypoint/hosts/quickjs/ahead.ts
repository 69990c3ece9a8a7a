// Calls that are decided before it happens: the kernel's answer to one wake-up, without JavaScript in between, whose
// code and data a step that has slept for long finds in no cache. What there is to decide is in native/ahead.c.

import * as native from "baton:native";

type Words = readonly string[];

/** A condition changes nothing and is asked again at the next wake-up; actions are made once all conditions hold. */
export type Call = readonly [what: number, one: number, two: number, words: Words] | StartCall;
type StartCall = readonly [
  what: number,
  files: Words,
  argv: Words,
  environment: Words,
  streams: readonly number[],
];

/** No signal waits, except perhaps this one. */
export const quiet = (but: number): Call => [0, but, 0, []];
/** A regular file, or a link to one; with something in it, where that is asked. */
export const there = (path: string, filled: boolean): Call => [1, filled ? 1 : 0, 0, [path]];
export const absent = (path: string): Call => [2, 0, 0, [path]];
/** A small file that holds all these words. */
export const has = (path: string, words: Words): Call => [3, 0, 0, [path, ...words]];
/** The child has exited with 0. */
export const succeeded = (child: number): Call => [4, child, 0, []];
/** Writes the time at this place of a file, and gives it. */
export const stamp = (file: number, place: number): Call => [5, file, place, []];
/** Both names are in this directory, which is open. */
export const rename = (directory: number, from: string, to: string): Call => [6, directory, 0, [from, to]];
export const exchange = (directory: number, one: string, other: string): Call => [
  7,
  directory,
  0,
  [one, other],
];
/** Gives the process. */
export const start = (files: Words, argv: Words, environment: Words, streams: readonly number[]): Call => [
  8,
  files,
  argv,
  environment,
  streams,
];
export const kill = (process: number, signal: number): Call => [9, process, signal, []];
export const close = (file: number): Call => [10, file, 0, []];

/** The path still leads to this directory, and is no link. */
export const same = (directory: number, path: string): Call => [11, directory, 0, [path]];

/** What each action gave, by where it stands; the last of them may have failed, and those behind it were not made. */
export type Made = readonly number[];

let hearing: ((made: Made) => void) | undefined;

/** In place of what was decided before. `heard` is told before whatever else the wake-up brings; returns how to forget it. */
export function decideAhead(calls: readonly Call[], heard: (made: Made) => void): () => void {
  hearing = native.ahead(calls) < 0 ? undefined : heard;
  return () => {
    if (hearing !== heard) return;
    native.ahead([]);
    hearing = undefined;
  };
}

/** To be called after each wake-up. */
export function hear(): void {
  if (hearing === undefined) return;
  const made = native.made();
  if (made.length === 0) return;
  const heard = hearing;
  hearing = undefined;
  heard(made);
}
