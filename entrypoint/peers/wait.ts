// Waiting for a step's turn: every wait file done, every settled edge in either ending, whatever comes first of
// a failure, a lost step, or an interruption. Rules: protocol/README.md, "Waiting", and protocol/fused.md, "Retries".

import { StepFault } from "../endings/fault.ts";
import type { Cancel, Foreseen, Host, LifeOf, Started } from "../host.ts";
import { aliveFile, attemptFile, errorFile } from "../protocol/index.ts";

/** One step to wait for. */
export interface Edge {
  readonly post: string;
  /** Either ending will do. */
  readonly settled: boolean;
  /** The file counts only when it is not empty. */
  readonly content: boolean;
  /** In this attempt of the Task, where the step is one of the same Task. */
  readonly attempt?: number;
}

/** How a step ended as seen from outside; `final` where no attempt of its Task will change it. */
export interface Sighting {
  readonly post: string;
  readonly how: "done" | "error" | "lost";
  readonly final: boolean;
}

export interface Turn {
  /** What ended the wait before its time: a failure or a lost step. */
  readonly broken?: Sighting;
  /** Edges that were seen done or settled. */
  readonly seen: readonly Sighting[];
  /** The turn was as foreseen, and the command is under way. */
  readonly started?: Started;
}

/** Rejects with Interrupted when `cancel` fires. */
export async function waitForTurn(
  host: Host,
  edges: readonly Edge[],
  cancel: Cancel,
  foreseen?: Foreseen,
): Promise<Turn> {
  if (edges.length === 0) return { seen: [] };
  const pending = new Set(edges);
  const seen: Sighting[] = [];
  const look = (lifeOf: LifeOf): Turn | undefined => {
    for (const edge of pending) {
      const sighting = lookAt(host, edge, lifeOf) ?? refuseImpossible(host, edge);
      if (sighting === undefined) continue;
      if (sighting.how !== "done" && !edge.settled) return { broken: sighting, seen };
      pending.delete(edge);
      seen.push(sighting);
    }
    return pending.size === 0 ? { seen } : undefined;
  };
  const posts = edges.flatMap(namesOf);
  const files = posts.flatMap((post) => [post, errorFile(post)]);
  const watch = { files, peers: posts.map(aliveFile) };
  if (foreseen === undefined) return host.until(watch, look, cancel);
  const turn = await host.startWhen(foreseen, watch, look, cancel);
  return "spawned" in turn ? { seen: edges.map(asForeseen), started: turn } : turn;
}

/** Whether the step has settled by now. */
export async function hasSettled(host: Host, post: string): Promise<boolean> {
  const life = await host.liveness(aliveFile(post));
  return lookAt(host, { post, settled: true, content: false }, () => life) !== undefined;
}

const asForeseen = ({ post }: Edge): Sighting => ({ post, how: "done", final: true });

/** The attempt's name before the final one: it tells a step of the same Task. */
const namesOf = ({ post, attempt }: Edge): readonly string[] =>
  attempt === undefined ? [post] : [attemptFile(post, attempt), post];

/**
 * The life line is looked at before the files are: a step lets go of it only after it has posted, so a released one and no
 * file mean that it never will.
 */
function lookAt(host: Host, edge: Edge, lifeOf: LifeOf): Sighting | undefined {
  const early = findDone(host, edge);
  if (early !== undefined) return early;
  const released = lifeOf(aliveFile(edge.post)) === "released";
  const late = findDone(host, edge);
  if (late !== undefined) return late;
  const failed = namesOf(edge).find((name) => host.stat(errorFile(name)) !== undefined);
  if (failed !== undefined) return { post: edge.post, how: "error", final: failed === edge.post };
  return released ? { post: edge.post, how: "lost", final: true } : undefined;
}

/** What lies below a file can never appear. Throws StepFault. */
function refuseImpossible(host: Host, { post }: Edge): undefined {
  for (let at = parentOf(post); at !== undefined; at = parentOf(at)) {
    const type = host.stat(at)?.type;
    if (type === "directory") return undefined;
    if (type !== undefined)
      throw new StepFault("CannotPrepare", `${post} can never be there: ${at} is not a directory`);
  }
  return undefined;
}

function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? undefined : path.slice(0, slash);
}

function findDone(host: Host, edge: Edge): Sighting | undefined {
  const done = namesOf(edge).find((name) => {
    const file = host.stat(name);
    return file !== undefined && (!edge.content || file.size > 0);
  });
  return done === undefined ? undefined : { post: edge.post, how: "done", final: done === edge.post };
}
