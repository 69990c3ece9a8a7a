// Lines of a container's log as they come, each once: an engine that goes away while it tells them is asked again when it
// is back, and what it says of itself is not what the container said.

import { finished } from "node:stream/promises";
import type { Take } from "../../record/lines.ts";
import { Lines } from "../../record/lines.ts";
import { type EngineName, spawnEngine } from "./call.ts";
import { type K8sLog, openK8sLog } from "./k8s-log.ts";

export interface LogLimits {
  readonly enough?: AbortSignal;
  readonly longest?: number;
}

/**
 * Resolves at the log's end, which is the container's, or when `enough` of it is there: podman looks for the end only now
 * and then. `again` says after a broken log whether there may be more of it. Lines are cut at `longest`, or where all are.
 */
export async function followLog(
  engine: EngineName,
  container: string,
  take: Take,
  again: () => Promise<boolean>,
  limits: LogLimits = {},
): Promise<void> {
  const log = await logOf(engine, container, take, limits);
  for (let tries = 0; tries < MOST_TRIES; tries += 1)
    if ((await log.follow()) || limits.enough?.aborted || !(await again())) break;
  await log.end();
}

interface Log {
  /** Tells what has not been told yet, and says whether that was to the end. */
  follow(): Promise<boolean>;
  end(): Promise<void>;
}

async function logOf(engine: EngineName, container: string, take: Take, limits: LogLimits): Promise<Log> {
  const file = engine === "podman" ? await openK8sLog(container, take, limits.longest) : undefined;
  return file === undefined ? byWords(engine, container, take, limits) : byFile(container, file, limits);
}

/** Podman says when there is more, and when it is all; the file says what. */
const byFile = (container: string, file: K8sLog, { enough }: LogLimits): Log => ({
  follow: () => {
    const wake = () => void file.readOn();
    return eachLine("podman", ["logs", "--follow", container], wake, enough === undefined ? {} : { enough });
  },
  end: () => file.end(),
});

function byWords(engine: EngineName, container: string, take: Take, limits: LogLimits): Log {
  const seen = { stdout: 0, stderr: 0 };
  const read = (words: readonly string[]) => {
    const told = { stdout: 0, stderr: 0 };
    const takeNew: Take = (stream, line) => {
      told[stream] += 1;
      if (told[stream] <= seen[stream]) return undefined;
      seen[stream] = told[stream];
      return take(stream, line);
    };
    return eachLine(engine, words, takeNew, limits);
  };
  return {
    follow: () => read(["logs", "--follow", container]),
    // Docker may end a follower before it has written a last line that has no end of its own.
    end: async () => {
      if (limits.enough?.aborted !== true) await read(["logs", container]);
    },
  };
}

/** A log that breaks off each time is that of a container that is not there. */
const MOST_TRIES = 5;

/** How the engines begin what they say of themselves, on the same stream as the container's own errors. */
const ENGINES_WORDS =
  /^(Error response from daemon: |Error: (N|n)o such container|Error: no container with |error during connect: |error from daemon in stream: |request returned |Cannot connect to the Docker daemon|unexpected EOF$)/;

/** Whether the engine told it to the end. A reader that is not ready pauses both streams. */
async function eachLine(
  engine: EngineName,
  words: readonly string[],
  take: Take,
  { enough, longest }: LogLimits,
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
    readLines(child.stdout, new Lines(longest), (line) => takeNext("stdout", line)),
    readLines(child.stderr, new Lines(longest), (line) => takeNext("stderr", line)),
  ]);
  const isWhole = await ended;
  if (isWhole) for (const line of held) take("stderr", line);
  return isWhole;
}

async function readLines(
  source: NodeJS.ReadableStream | null,
  lines: Lines,
  take: (line: string) => Promise<void> | void | undefined,
): Promise<void> {
  if (source === null) return;
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
