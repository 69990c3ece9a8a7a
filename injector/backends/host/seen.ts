// What a step does, as it is seen from this machine: each start of its command, by its record, and each line that it says.

import { type FSWatcher, watch } from "node:fs";
import { finished, type Readable } from "node:stream";
import { type StepStatus, statusFile } from "../../../entrypoint/protocol/index.ts";
import { now } from "../../record/follow.ts";
import { Lines, LONGEST_LINE, type Stream } from "../../record/lines.ts";
import type { Observations } from "../../record/observations.ts";
import { readStatus, type StepFiles } from "./status.ts";
import { pathOf } from "./volumes.ts";

/** Tells each start of the command once, from whichever look at its status sees it first. */
export interface Starts {
  /** A line may be read before its step has been seen to start. */
  look(): void;
  take(status: StepStatus | undefined): void;
}

/** `reports`: a sidecar has no record. */
export function startsOf(
  { id, metadata, reports }: StepFiles & { readonly reports: boolean },
  events: Observations,
): Starts {
  let told = 0;
  const take = (status: StepStatus | undefined) => {
    if (status?.startedAt === undefined || status.attempt <= told) return;
    told = status.attempt;
    events.push({ type: "stepStarted", at: now(), step: id, attempt: told });
  };
  return { look: () => reports && told === 0 && take(readStatus(metadata)), take };
}

/** `begun` is called when there is a record at all. Where the system has no watches left, starts are told late, with the endings. */
export function watchStatus(
  { metadata }: StepFiles,
  starts: Starts,
  begun: () => void = () => undefined,
): FSWatcher | undefined {
  const changed = (_: string, name: string | null) => {
    // Its entrypoint writes that when the command starts: whatever the command makes of it, it has begun.
    if (name === statusFile("").slice(1)) begun();
    starts.take(readStatus(metadata));
  };
  try {
    return watch(pathOf(metadata), changed).on("error", () => undefined);
  } catch {
    return undefined;
  }
}

/** To the end of the stream; a reader that is not ready pauses it. */
export async function forward(
  source: Readable | null,
  { id, stream, starts }: { readonly id: string; readonly stream: Stream; readonly starts: Starts },
  events: Observations,
): Promise<void> {
  if (source === null) return;
  const lines = new Lines();
  let cuts = false;
  const push = (said: readonly string[]) => {
    if (said.length === 0) return;
    starts.look();
    if (lines.cuts && !cuts)
      events.push({
        type: "notice",
        at: now(),
        message: `${id}: a line of more than ${LONGEST} is shown in pieces`,
      });
    cuts = lines.cuts;
    events.push({ type: "lines", at: now(), step: id, stream, lines: said });
  };
  source.on("data", (chunk: Buffer) => {
    push(lines.add(chunk));
    const room = events.ready(id);
    if (room === undefined) return;
    source.pause();
    void room.then(() => source.resume());
  });
  await new Promise<void>((resolve) => finished(source, () => resolve()));
  push(lines.end());
}

const LONGEST = `${LONGEST_LINE >> 20} MiB`;
