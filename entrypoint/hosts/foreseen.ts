// A step whose way is known, on hosts that can do no better than look, and then do one thing after the other.

import {
  type Cancel,
  type Dated,
  type Exit,
  type Foreseen,
  type Host,
  HostError,
  type LifeOf,
  type RunningProcess,
  type Started,
  type Success,
  type Watch,
} from "../host.ts";
import { beneath } from "../protocol/index.ts";

type Needed = Pick<Host, "until" | "entry" | "stat" | "read" | "publish" | "rename" | "spawn" | "now">;

export const startWhenSeen = <T>(
  host: Needed,
  foreseen: Foreseen,
  watch: Watch,
  look: (lifeOf: LifeOf) => T | undefined,
  cancel: Cancel,
): Promise<T | Started> =>
  host.until<T | Started>(
    watch,
    (lifeOf) => (hasCome(host, foreseen.turn) ? start(host, foreseen) : look(lifeOf)),
    cancel,
  );

/** As much as a record takes. */
const SMALL = 4096;

const hasCome = (host: Needed, { there, has, absent }: Foreseen["turn"]): boolean =>
  there.every(({ path, filled }) => isThere(host, path, filled)) &&
  has.every(({ path, words }) => hasWords(host, path, words)) &&
  absent.every((path) => host.entry(path) === undefined);

function isThere(host: Needed, path: string, filled: boolean): boolean {
  const found = host.stat(path);
  return found?.type === "file" && (!filled || found.size > 0);
}

/** What cannot be read has no words. */
function hasWords(host: Needed, path: string, words: readonly string[]): boolean {
  try {
    const text = host.read(beneath(path, 2), SMALL - 1);
    return text !== undefined && words.every((word) => text.includes(word));
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}

function start(host: Needed, { running, command, success }: Foreseen): Started {
  const at = host.now();
  if (running !== undefined) publish(host, running, [at]);
  const spawned = host.spawn(command);
  return {
    at,
    spawned: spawned.ok ? { ok: true, process: telling(host, spawned.process, success, at) } : spawned,
  };
}

function telling(host: Needed, process: RunningProcess, success: Success, turn: number): RunningProcess {
  let isAsked = false;
  return {
    pid: process.pid,
    ended: process.ended.then((exit) => {
      const isForeseen = !isAsked && "code" in exit && exit.code === 0;
      return isForeseen ? tell(host, process, success, turn) : exit;
    }),
    signal: (name) => {
      isAsked = true;
      process.signal(name);
    },
  };
}

/** What cannot be published is told by whoever hears of the exit. */
function tell(host: Needed, process: RunningProcess, success: Success, turn: number): Exit {
  try {
    if (success.absent.some((path) => host.entry(path) !== undefined)) return { code: 0 };
    process.signal("SIGKILL");
    const told = host.now();
    for (const dated of success.publish) publish(host, dated, [turn, told].slice(-(dated.pieces.length - 1)));
    if (success.post !== undefined) host.rename(success.post.from, success.post.to);
    success.alive?.release();
    return { code: 0, told };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { code: 0 };
  }
}

function publish(host: Needed, { path, mode, pieces }: Dated, times: readonly number[]): void {
  const [first = "", ...rest] = pieces;
  const dated = rest.map((piece, at) => `${new Date(times[at] ?? 0).toISOString()}${piece}`);
  host.publish(beneath(path, 2), [first, ...dated].join(""), mode);
}
