// A fused Task that is tried again: its steps play attempt after attempt, each in its own container, and the Task's
// last step decides each one (protocol/fused.md, "Retries").

import type { Verdict } from "../endings/outcome.ts";
import { type Hold, Interrupted } from "../host.ts";
import { type Edge, waitForTurn } from "../peers/wait.ts";
import {
  type Attempt,
  attemptFile,
  beneath,
  exitCodeFile,
  inDirectory,
  RESULTS_DIR,
} from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { post, postAttempt, showAttempt } from "../record/record.ts";
import type { Played } from "./play.ts";
import { removeProducts } from "./retry.ts";
import { settle, settleInterrupted } from "./settle.ts";

type PlayOnce = (step: Step, edges: readonly Edge[], attempts: readonly Attempt[]) => Promise<Played>;

/** Returns the exit code of the entrypoint. */
export async function playTaskAttempts(
  step: Step,
  edges: readonly Edge[],
  playOnce: PlayOnce,
): Promise<number> {
  const { host, record, flags } = step;
  let waits = edges;
  let attempts: readonly Attempt[] = [];
  for (let attempt = 1; ; attempt++) {
    const alive = record.post === undefined ? undefined : showAttempt(host, record.post, attempt);
    const played = await playOnce(
      { ...step, attempt },
      waits.map((edge) => ({ ...edge, attempt })),
      attempts,
    );
    const verdict = await settle(step, played);
    const mayGoOn = attempt <= (flags.task_retries ?? 0);
    const ended = played.final ? verdict : await decide(step, played, verdict, attempt, mayGoOn, alive);
    if (ended !== undefined) {
      post(host, record, ended.posts, record.alive);
      return ended.exitCode;
    }
    if (attempt === 1) waits = ownEdges(edges, played);
    attempts = played.attempts;
    clear(step);
  }
}

/** Posts the attempt and waits for the Task's last step to end it; undefined where there is another one to play. */
async function decide(
  step: Step,
  played: Played,
  verdict: Verdict,
  attempt: number,
  mayGoOn: boolean,
  alive: Hold | undefined,
): Promise<Verdict | undefined> {
  const { host, flags, control } = step;
  const { post_file: own = "", task_end: end = "" } = flags;
  const again = own === end && verdict.posts === "error" && mayGoOn;
  if (again) removeTaskResults(step);
  postAttempt(host, attemptFile(own, attempt), verdict.posts, alive);
  if (own === end) return again ? undefined : verdict;
  try {
    const edge = { post: end, attempt, settled: false, content: false };
    const { broken } = await waitForTurn(host, [edge], control.stop);
    return broken === undefined || broken.final || !mayGoOn ? verdict : undefined;
  } catch (error) {
    if (!(error instanceof Interrupted) || control.stop.why === undefined) throw error;
    return settleInterrupted(step, played, control.stop.why);
  }
}

/** Predecessors in the same Task are those that posted the attempt; others are done once and for all. */
function ownEdges(edges: readonly Edge[], { seen }: Played): readonly Edge[] {
  const finals = new Set(seen.filter(({ final }) => final).map(({ post }) => post));
  return edges.filter(({ post }) => !finals.has(post));
}

/** What an attempt that failed left of this step. */
function clear({ host, record }: Step): void {
  removeProducts(host, record);
  if (record.metadata !== undefined) host.remove(beneath(exitCodeFile(record.metadata), 2));
}

/** By the last step, before it says that the attempt failed: nobody else of the Task runs by then. */
function removeTaskResults({ host, flags }: Step): void {
  const directory = flags.results_dir ?? RESULTS_DIR;
  for (const name of host.list(directory) ?? []) host.remove(inDirectory(directory, name));
}
