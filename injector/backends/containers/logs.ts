// Lines of a container's log as they come, each once: an engine that goes away while it tells them is asked again when it
// is back, and what it says of itself is not what the container said.

import { finished } from "node:stream/promises";
import { Lines } from "../../lines.ts";
import { type Engine, spawnEngine } from "./engine.ts";

export type Stream = "stdout" | "stderr";

/** What a line is given to; a reader that is not ready says when it will be. */
export type Take = (stream: Stream, line: string) => Promise<void> | void | undefined;

/**
 * Resolves at the log's end, which is the container's, or when `enough` of it is there: podman looks for the end only now
 * and then. `again` says after a broken log whether there may be more of it.
 */
export async function followLog(
  engine: Engine["name"],
  container: string,
  take: Take,
  again: () => Promise<boolean>,
  enough?: AbortSignal,
): Promise<void> {
  const seen = { stdout: 0, stderr: 0 };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const told = { stdout: 0, stderr: 0 };
    const takeNew: Take = (stream, line) => {
      told[stream] += 1;
      if (told[stream] <= seen[stream]) return undefined;
      seen[stream] = told[stream];
      return take(stream, line);
    };
    const isWhole = await eachLine(engine, ["logs", "--follow", container], takeNew, enough);
    if (isWhole || enough?.aborted || !(await again())) return;
  }
}

// --- Internal helpers ---

/** A log that breaks off each time is that of a container that is not there. */
const MOST_TRIES = 5;

/** How the engines begin what they say of themselves, on the same stream as the container's own errors. */
const ENGINES_WORDS =
  /^(Error response from daemon: |Error: (N|n)o such container|Error: no container with |error during connect: |error from daemon in stream: |request returned |Cannot connect to the Docker daemon|unexpected EOF$)/;

/** Whether the engine told it to the end. A reader that is not ready pauses both streams. */
async function eachLine(
  engine: Engine["name"],
  words: readonly string[],
  take: Take,
  enough: AbortSignal | undefined,
): Promise<boolean> {
  const child = spawnEngine(engine, words);
  enough?.addEventListener("abort", () => child.kill());
  const ended = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
  child.stdin?.end();
  const held: string[] = [];
  const takeNext: Take = (stream, line) => {
    if (stream === "stdout") return take(stream, line);
    const waits = held.splice(0).map((earlier) => take(stream, earlier));
    if (ENGINES_WORDS.test(line)) held.push(line);
    else waits.push(take(stream, line));
    return waits.find((wait) => wait !== undefined);
  };
  await Promise.all([
    readLines(child.stdout, (line) => takeNext("stdout", line)),
    readLines(child.stderr, (line) => takeNext("stderr", line)),
  ]);
  const isWhole = await ended;
  if (isWhole) for (const line of held) take("stderr", line);
  return isWhole;
}

async function readLines(
  source: NodeJS.ReadableStream | null,
  take: (line: string) => Promise<void> | void | undefined,
): Promise<void> {
  if (source === null) return;
  const lines = new Lines();
  source.on("data", (chunk: Buffer) => {
    const room = lines
      .add(chunk)
      .map(take)
      .find((wait) => wait !== undefined);
    if (room === undefined) return;
    source.pause();
    void room.then(() => source.resume());
  });
  await finished(source).catch(() => undefined);
  for (const line of lines.end()) take(line);
}
