// Waiting: life lines first, directory events where none is held yet, a poll with growing pauses while the system has
// no events to give, and a rare safety look for file systems that lose them.

import { type Cancel, Interrupted, type Life, type LifeOf, type Watch } from "../../host.ts";
import { aliveFile } from "../../protocol/index.ts";
import { type Alarm, lookUntil } from "../look-until.ts";
import { isWatched, watchDirectory } from "./directories.ts";
import { errorName } from "./errors.ts";
import { files } from "./files.ts";
import { type Line, watchLine } from "./lives.ts";
import { after } from "./loop.ts";

const SAFETY_LOOK = 10_000;
const FIRST_POLL = 20;
/** Polling that lasts this long is worth a word: until then it is but a moment of a crowded start. */
const NOTICEABLE = 1_000;
const LONGEST_POLL = 5_000;
/** Where a life line takes no more calls, its end is seen by calling again. */
const CROWDED_LOOK = 80;

type Warn = (problem: string) => void;

export const until = <T>(
  watch: Watch,
  look: (lifeOf: LifeOf) => T | undefined,
  cancel: Cancel,
  warn: Warn,
): Promise<T> => lookUntil(look, cancel, (lookNow) => alarmFor(watch, lookNow, warn));

export const alarmFor = (watch: Watch, lookNow: (lifeOf: LifeOf) => boolean, warn: Warn): Alarm =>
  new DescriptorAlarm(watch, lookNow, warn);

export function sleep(milliseconds: number, cancel: Cancel): Promise<void> {
  return new Promise((settle, reject) => {
    if (cancel.fired) return reject(new Interrupted());
    const wake = after(milliseconds, () => {
      forget();
      settle();
    });
    const forget = cancel.onFire(() => {
      wake();
      reject(new Interrupted());
    });
  });
}

/** Rings now and after every change: looks, and where there is nothing yet, arms what is missing and looks again. */
class DescriptorAlarm implements Alarm {
  readonly #watch: Watch;
  readonly #look: (lifeOf: LifeOf) => boolean;
  readonly #warn: Warn;
  readonly #lines = new Map<string, Line>();
  readonly #directories = new Map<string, () => void>();
  /** Once released, whatever becomes of the name. */
  readonly #released = new Set<string>();
  readonly #told = new Set<string>();
  #isCrowded = false;
  #forgetTimer: () => void = () => {};
  #pause = FIRST_POLL;
  #closed = false;

  constructor(watch: Watch, look: (lifeOf: LifeOf) => boolean, warn: Warn) {
    this.#watch = watch;
    this.#look = look;
    this.#warn = warn;
  }

  readonly ring = (): void => {
    this.#forgetTimer();
    if (this.#closed || this.#look(this.#lifeOf)) return;
    // Whatever comes up while things are armed has made its event already: look until there is nothing new to arm.
    let armed = this.#arm();
    while (armed.changed) {
      if (this.#look(this.#lifeOf)) return;
      armed = this.#arm();
    }
    this.#forgetTimer = after(this.#next(armed.problem), this.ring);
  };

  close(): void {
    this.#closed = true;
    this.#forgetTimer();
    for (const line of this.#lines.values()) line.close();
    for (const forget of this.#directories.values()) forget();
  }

  #arm(): { readonly changed: boolean; readonly problem: number } {
    let changed = false;
    this.#isCrowded = false;
    for (const peer of this.#watch.peers) {
      if (this.#lines.has(peer)) continue;
      const life = this.#lifeOf(peer);
      // One let go of since the look wakes nobody any more: that is a change by itself, once.
      changed = this.#lines.has(peer) || (life === "released" && !this.#told.has(peer)) || changed;
      if (life === "released") this.#told.add(peer);
    }
    const wanted = this.#unheldDirectories();
    this.#forgetDirectories(wanted);
    let problem = 0;
    for (const directory of wanted) {
      if (this.#directories.has(directory)) continue;
      const forget = watchDirectory(directory, this.ring);
      if (typeof forget === "number") {
        problem = forget;
        continue;
      }
      this.#directories.set(directory, forget);
      changed = true;
    }
    return { changed, problem };
  }

  /** Takes hold of the line where there is one: from then on its owner's end is seen whatever becomes of its name. */
  readonly #lifeOf = (peer: string): Life => {
    if (this.#released.has(peer)) return "released";
    const life = this.#lines.get(peer)?.life() ?? this.#take(peer);
    if (life !== "released") return life;
    this.#lines.get(peer)?.close();
    this.#lines.delete(peer);
    this.#released.add(peer);
    return life;
  };

  #take(peer: string): Life {
    const found = watchLine(peer, () => {
      this.#lifeOf(peer);
      this.ring();
    });
    if (found === "crowded") this.#isCrowded = true;
    if (typeof found === "string") return found === "crowded" ? "held" : found;
    this.#lines.set(peer, found);
    return found.life();
  }

  #forgetDirectories(wanted: ReadonlySet<string>): void {
    for (const [directory, forget] of this.#directories) {
      if (wanted.has(directory) && isWatched(directory)) continue;
      forget();
      this.#directories.delete(directory);
    }
  }

  /** While a step holds its life line, that speaks for its post files; everything else is seen through its directory. */
  #unheldDirectories(): ReadonlySet<string> {
    const spokenFor = (file: string) =>
      this.#lines.has(aliveFile(file)) || this.#lines.has(aliveFile(file.replace(/\.err$/, "")));
    const unheld = [
      ...this.#watch.files.filter((file) => !spokenFor(file)),
      ...this.#watch.peers.filter((peer) => !this.#lines.has(peer)),
    ];
    return new Set(unheld.map((file) => nearest(parent(file))));
  }

  /** How long until the next look that nothing asked for: life lines lose nothing, whatever the file system. */
  #next(problem: number): number {
    if (problem === 0) {
      this.#pause = FIRST_POLL;
      if (this.#isCrowded) return CROWDED_LOOK;
      return this.#directories.size === 0 ? Number.POSITIVE_INFINITY : SAFETY_LOOK;
    }
    const pause = this.#pause;
    this.#pause = Math.min(LONGEST_POLL, 2 * pause);
    if (this.#pause > NOTICEABLE)
      this.#warn(
        `no file events here (${errorName(-problem)}): looking every ${LONGEST_POLL / 1_000} s at most`,
      );
    return pause;
  }
}

const parent = (path: string): string => {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
};

/** The directory, or the nearest one above it that is there. */
function nearest(directory: string): string {
  let at = directory;
  while (files.stat(at)?.type !== "directory" && at !== "/" && at !== ".") at = parent(at);
  return at;
}
