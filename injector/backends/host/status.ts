// The record of a step on this machine: read, or written on behalf of an entrypoint that can no longer do it.

import {
  errorFile,
  lostStatus,
  PROTOCOL_VERSION,
  type StepStatus,
  statusFile,
} from "../../../entrypoint/protocol/index.ts";
import { isBeneath, textBeneath } from "../../beneath/read.ts";
import { writeBeneath } from "../../beneath/write.ts";
import { defined } from "../../documents/defined.ts";
import { now } from "../../record/follow.ts";
import { parseStatus } from "../recorded.ts";
import type { Place } from "./volumes.ts";

export interface StepFiles {
  readonly id: string;
  /** On this machine: the step's post file, and its metadata directory. */
  readonly post: Place;
  readonly metadata: Place;
}

/** undefined where there is none yet, or none that could be written: a step may come up on a disk that is full. */
export function readStatus({ root, path }: Place): StepStatus | undefined {
  const text = textBeneath(root, statusFile(path));
  return text === undefined ? undefined : parseStatus(text);
}

/** Nobody else can say it: the entrypoint never came up, or was killed. Whoever waits for the step must not hang. */
export function recordLoss(
  { id, post, metadata }: StepFiles,
  end: string,
  known: StepStatus | undefined,
  waitingSince: string,
  more: Partial<StepStatus> = {},
): StepStatus {
  const status: StepStatus = {
    ...lostStatus(id, now(), known),
    waitingSince: known?.waitingSince ?? waitingSince,
    step: id,
    message: end,
    ...more,
  };
  try {
    writeBeneath(metadata.root, statusFile(metadata.path), JSON.stringify(status));
    if (!isBeneath(post.root, post.path)) writeBeneath(post.root, errorFile(post.path), "");
  } catch {
    // The disk is full, or the step has put something else there; its pipe, now released, has told those who wait for it.
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
    ...defined({ exitCode }),
  };
}
