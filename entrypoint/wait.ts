// Waiting for a step's turn: every wait file done, every settled edge in either ending, whatever comes first of
// a failure, a lost step, or an interruption. Rules: protocol/README.md, "Waiting".

import type { Cancel, Host } from "./host.ts";
import { aliveFile, errorFile } from "./protocol/index.ts";

/** One file to wait for. */
export interface Edge {
  readonly post: string;
  /** Either ending will do. */
  readonly settled: boolean;
  /** The file counts only when it is not empty. */
  readonly content: boolean;
}

/** The edge that ended the wait, and how: it failed, or its step was killed. */
export interface Broken {
  readonly post: string;
  readonly how: "error" | "lost";
}

/** Resolves with nothing when it is this step's turn. Rejects with Interrupted when `cancel` fires. */
export async function waitForTurn(
  host: Host,
  edges: readonly Edge[],
  cancel: Cancel,
): Promise<Broken | undefined> {
  const pending = new Set(edges);
  const look = (): Broken | "turn" | undefined => {
    for (const edge of pending) {
      const seen = lookAt(host, edge);
      if (seen === undefined) continue;
      if (seen !== "done" && !edge.settled) return { post: edge.post, how: seen };
      pending.delete(edge);
    }
    return pending.size === 0 ? "turn" : undefined;
  };
  const files = edges.flatMap(({ post }) => [post, errorFile(post)]);
  const found = await host.until({ files, peers: edges.map(({ post }) => aliveFile(post)) }, look, cancel);
  return found === "turn" ? undefined : found;
}

// --- Internal helpers ---

/**
 * The pipe is looked at before the files are: a step lets go of it only after it has posted, so a released pipe and
 * no file mean that it never will.
 */
function lookAt(host: Host, edge: Edge): "done" | "error" | "lost" | undefined {
  if (isDone(host, edge)) return "done";
  const released = host.liveness(aliveFile(edge.post)) === "released";
  if (isDone(host, edge)) return "done";
  if (host.stat(errorFile(edge.post)) !== undefined) return "error";
  return released ? "lost" : undefined;
}

function isDone(host: Host, { post, content }: Edge): boolean {
  const file = host.stat(post);
  return file !== undefined && (!content || file.size > 0);
}
