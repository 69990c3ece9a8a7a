// The record of a step on this machine: read, or written on behalf of an entrypoint that can no longer do it.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  errorFile,
  PROTOCOL_VERSION,
  type StepStatus,
  statusFile,
  temporary,
} from "../../../entrypoint/protocol/index.ts";
import { now } from "../../record/follow.ts";

export interface StepFiles {
  readonly id: string;
  /** On this machine: the step's post file, and its metadata directory. */
  readonly post: string;
  readonly metadata: string;
}

/** undefined where there is none yet, or none that could be written: a step may come up on a disk that is full. */
export function readStatus(metadata: string): StepStatus | undefined {
  try {
    return JSON.parse(readFileSync(statusFile(metadata), "utf8")) as StepStatus;
  } catch {
    return undefined;
  }
}

/** Nobody else can say it: the entrypoint never came up, or was killed. Whoever waits for the step must not hang. */
export function recordLoss(
  files: StepFiles,
  end: string,
  known: StepStatus | undefined,
  waitingSince: string,
): StepStatus {
  const status: StepStatus = {
    protocol: PROTOCOL_VERSION,
    attempt: 1,
    waitingSince,
    ...known,
    step: files.id,
    state: "lost",
    by: "entrypoint",
    reason: "StepLost",
    message: end,
    exitCode: 1,
    finishedAt: now(),
  };
  try {
    publish(statusFile(files.metadata), JSON.stringify(status));
    if (!existsSync(files.post)) publish(errorFile(files.post), "");
  } catch {
    // The disk is full, and its pipe, now released, has already told those who wait for it.
  }
  return status;
}

/** A sidecar records nothing: how its container or process ended is all there is to know. */
export function sidecarEnding(id: string, startedAt: string, exitCode: number | undefined): StepStatus {
  return {
    protocol: PROTOCOL_VERSION,
    step: id,
    state: exitCode === 0 ? "succeeded" : "failed",
    by: "command",
    attempt: 1,
    waitingSince: startedAt,
    startedAt,
    finishedAt: now(),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function publish(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(temporary(path), content);
  renameSync(temporary(path), path);
}
