// Waiting on Node: pipes first, directory events where no pipe is held yet, a slow poll where the system gives
// no events, and a safety look every five seconds for file systems that lose them.

import { dirname, resolve } from "node:path";
import { type Cancel, Interrupted, type Waiting } from "../../host.ts";
import { aliveFile } from "../../protocol/index.ts";
import { type Alarm, lookUntil } from "../look-until.ts";
import { directoryWatcher } from "./directories.ts";
import { watchPipe } from "./pipes.ts";

const SAFETY_LOOK = 5_000;
const POLL = 500;
const LONGEST_TIMER = 2 ** 31 - 1;

type Watch = Parameters<Waiting["until"]>[0];

type Warn = (problem: string) => void;

export const until = <T>(watch: Watch, look: () => T | undefined, cancel: Cancel, warn: Warn): Promise<T> =>
  lookUntil(look, cancel, (lookNow) => armed(watch, lookNow, warn));

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
function armed(watch: Watch, look: () => boolean, warn: Warn): Alarm {
  const pipes = new Map<string, { close(): void }>();
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
    armPipes(watch.peers, pipes, change);
    directories.watch(unheldDirectories(watch, pipes));
    // A pipe that came up before its directory was watched made its event already.
    armPipes(watch.peers, pipes, change);
    look();
  };
  const close = () => {
    closed = true;
    clearInterval(timer);
    if (due !== undefined) clearImmediate(due);
    directories.close();
    for (const pipe of pipes.values()) pipe.close();
  };
  return { ring, close };
}

function armPipes(peers: readonly string[], pipes: Map<string, { close(): void }>, change: () => void): void {
  for (const peer of peers) {
    if (pipes.has(peer)) continue;
    const pipe = watchPipe(peer, () => {
      pipes.delete(peer);
      change();
    });
    if (pipe !== undefined) pipes.set(peer, pipe);
  }
}

/** While a step holds its pipe, the pipe speaks for its post files; everything else is seen through its directory. */
function unheldDirectories(watch: Watch, pipes: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const spokenFor = (file: string) =>
    pipes.has(aliveFile(file)) || pipes.has(aliveFile(file.replace(/\.err$/, "")));
  const files = watch.files.filter((file) => !spokenFor(file));
  const peers = watch.peers.filter((peer) => !pipes.has(peer));
  return new Set([...files, ...peers].map((file) => dirname(resolve(file))));
}
