// A container that is started again finds what its predecessor left (protocol/README.md, rule 5): a step that was
// posted is over, and one whose command had started is lost, because nobody saw how it ended.

import type { Host } from "../host.ts";
import { readStatus } from "../peers/peers.ts";
import { EXIT, errorFile, lostStatus, type StepStatus } from "../protocol/index.ts";
import { openRecord, post, type StepRecord, saveStatus, timestamp } from "../record/record.ts";

/** The exit code to end with at once; undefined where this is the step's first life. */
export function earlierEnding(host: Host, record: StepRecord): number | undefined {
  if (record.post === undefined) return undefined;
  const status = readStatus(host, record.metadata);
  if (host.stat(record.post) !== undefined) return exitCodeOfDone(status);
  if (host.stat(errorFile(record.post)) !== undefined) return exitCodeOfError(status);
  if (status === undefined) return undefined;
  openRecord(host, record);
  const { attempt, startedAt = status.waitingSince } = status;
  const { state, by, reason, message, exitCode, finishedAt } = lostStatus(record.step, timestamp(host.now()));
  saveStatus(host, record, { state, by, reason, message, exitCode, attempt, startedAt, finishedAt });
  post(host, record, "error");
  return EXIT.lost;
}

function exitCodeOfDone(status: StepStatus | undefined): number {
  return status === undefined || status.tolerated ? EXIT.succeeded : (status.exitCode ?? EXIT.succeeded);
}

function exitCodeOfError(status: StepStatus | undefined): number {
  return status?.stop ? EXIT.succeeded : (status?.exitCode ?? EXIT.skipped);
}
