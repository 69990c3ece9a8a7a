// Waiting on Node: life lines first, directory events where none is held yet, a slow poll where the system gives
// no events, and a safety look every five seconds for file systems that lose them.

import { dirname, resolve } from "node:path";
import { type Cancel, Interrupted, type Life, type LifeOf, type Waiting } from "../../host.ts";
import { aliveFile } from "../../protocol/index.ts";
import { type Alarm, lookUntil } from "../look-until.ts";
import { directoryWatcher } from "./directories.ts";
import { type Line, watchLine } from "./lives.ts";

const SAFETY_LOOK = 5_000;
const POLL = 500;
const LONGEST_TIMER = 2 ** 31 - 1;

type Watch = Parameters<Waiting["until"]>[0];

type Warn = (problem: string) => void;

export const until = <T>(
  watch: Watch,
  look: (lifeOf: LifeOf) => T | undefined,
  cancel: Cancel,
  warn: Warn,
): Promise<T> => lookUntil(look, cancel, (lookNow) => armed(watch, lookNow, warn));

export function sleep(milliseconds: number, cancel: Cancel): Promise<void> {
  return new Promise((settle, reject) => {
    const end = Date.now() + milliseconds;
    let timer: NodeJS.Timeout;
    const wait = () => {
      const left = end - Date.now();
      timer = left > LONGEST_TIMER ? setTimeout(wait, LONGEST_TIMER) : setTimeout(done, left);
    };
    const done = () => {
      forget();
      settle();
    };
    wait();
    const forget = cancel.onFire(() => {
      clearTimeout(timer);
      reject(new Interrupted());
    });
  });
}

/** Rings now and after every change: each time it arms what is missing first, and then looks. */
function armed(watch: Watch, look: (lifeOf: LifeOf) => boolean, warn: Warn): Alarm {
  const lines = new Lines(() => change());
  let closed = false;
  let due: NodeJS.Immediate | undefined;
  let timer = setInterval(() => ring(), SAFETY_LOOK);

  // Many events of one moment are one look.
  const change = () => {
    due ??= setImmediate(() => {
      due = undefined;
      ring();
    });
  };
  const poll = (code: string) => {
    if (closed) return;
    warn(`no file events here (${code}): looking every ${POLL} ms instead`);
    clearInterval(timer);
    timer = setInterval(() => ring(), POLL);
  };
  const directories = directoryWatcher(change, poll);

  const ring = () => {
    if (closed) return;
    for (const peer of watch.peers) lines.lifeOf(peer);
    directories.watch(unheldDirectories(watch, lines));
    // One that came up before its directory was watched made its event already.
    for (const peer of watch.peers) lines.lifeOf(peer);
    look(lines.lifeOf);
  };
  const close = () => {
    closed = true;
    clearInterval(timer);
    if (due !== undefined) clearImmediate(due);
    directories.close();
    lines.close();
  };
  return { ring, close };
}

/** The life lines that are held on to: once released, released for good, whatever becomes of the name. */
class Lines {
  readonly #lines = new Map<string, Line>();
  readonly #released = new Set<string>();
  readonly #onNews: () => void;

  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  readonly has = (peer: string): boolean => this.#lines.has(peer);

  readonly lifeOf = (peer: string): Life => {
    if (this.#released.has(peer)) return "released";
    const line = this.#lines.get(peer) ?? watchLine(peer, this.#onNews);
    if (line === undefined) return "absent";
    this.#lines.set(peer, line);
    const life = line.life();
    if (life === "held") return life;
    line.close();
    this.#lines.delete(peer);
    if (life === "released") this.#released.add(peer);
    return life;
  };

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}

/** While a step holds its life line, that speaks for its post files; everything else is seen through its directory. */
function unheldDirectories(watch: Watch, lines: Lines): ReadonlySet<string> {
  const spokenFor = (file: string) =>
    lines.has(aliveFile(file)) || lines.has(aliveFile(file.replace(/\.err$/, "")));
  const files = watch.files.filter((file) => !spokenFor(file));
  const peers = watch.peers.filter((peer) => !lines.has(peer));
  return new Set([...files, ...peers].map((file) => dirname(resolve(file))));
}
