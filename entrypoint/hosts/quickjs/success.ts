// A command whose success is told the moment it comes, by calls that are decided while it runs.

import * as native from "baton:native";
import { type Exit, HostError, type RunningProcess, type Success } from "../../host.ts";
import { absent, type Call, close, decideAhead, kill, quiet, rename, same, succeeded } from "./ahead.ts";
import { endOf } from "./children.ts";
import type { Draft, Drafts } from "./drafts.ts";
import { nameOf } from "./drafts.ts";
import { LineHold } from "./lives.ts";
import { SIGCHLD, SIGKILL, signalNumber } from "./signals.ts";

/** `turn` is when it started. To be called in the turn of the loop in which that was. */
export function toldProcess(
  child: number,
  success: Success,
  turn: number,
  drafts: Drafts,
  endings: readonly Draft[],
): RunningProcess {
  const exited = endOf(child);
  let told: number | undefined;
  const forget = decide(child, success, turn, drafts, endings, (at) => {
    told = at;
  });
  return {
    pid: child,
    ended: exited.then((exit): Exit => {
      forget();
      drafts.discard();
      return told === undefined ? exit : { code: 0, told };
    }),
    // A command that was told something may end well all the same: what that means is for others to say.
    signal: (name) => {
      forget();
      native.kill(-child, signalNumber(name) ?? 0);
    },
  };
}

function decide(
  child: number,
  success: Success,
  turn: number,
  drafts: Drafts,
  endings: readonly Draft[],
  tell: (at: number) => void,
): () => void {
  try {
    for (const ending of endings) ending.write([new Date(turn).toISOString()]);
    const times = endings.flatMap((ending) => ending.stamp());
    const post = posting(success, drafts);
    const calls: readonly Call[] = [
      quiet(SIGCHLD),
      succeeded(child),
      ...success.absent.map(absent),
      // What the command has led elsewhere is not where others look.
      ...drafts.places().map(([directory, path]) => same(directory, path)),
      kill(-child, SIGKILL),
      ...times,
      ...endings.map((ending) => ending.appear()),
      ...post,
    ];
    return decideAhead(calls, (made) => {
      if (made.length < calls.length || (made.at(-1) ?? -1) < 0) return;
      if (success.alive instanceof LineHold) success.alive.forget();
      tell(times[0] === undefined ? native.now() : (made[calls.indexOf(times[0])] ?? 0));
    });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return () => undefined;
  }
}

function posting({ post, alive }: Success, drafts: Drafts): readonly Call[] {
  const line = alive instanceof LineHold ? alive.descriptor : undefined;
  return [
    ...(post === undefined ? [] : [rename(drafts.directory(post.to), nameOf(post.from), nameOf(post.to))]),
    ...(line === undefined ? [] : [close(line)]),
  ];
}
