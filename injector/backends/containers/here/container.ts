// One container as a run sees it: its starts by its record, its lines as they come, and its ending, whatever happens.

import { isEnding, type StepStatus } from "../../../../entrypoint/protocol/index.ts";
import { now } from "../../../record/follow.ts";
import type { Observations } from "../../../record/observations.ts";
import { forward, startsOf, watchStatus } from "../../host/seen.ts";
import { readStatus, recordLoss, type StepFiles, sidecarEnding } from "../../host/status.ts";
import type { RunningContainer } from "./driver.ts";

export interface Watched extends StepFiles {
  /** A sidecar leaves no record. */
  readonly reports: boolean;
}

/** Resolves when all of it has been told. */
export async function watchContainer(
  files: Watched,
  container: RunningContainer,
  events: Observations,
): Promise<void> {
  const { id } = files;
  const waitingSince = now();
  const starts = startsOf(files, events);
  if (files.reports) starts.look();
  else events.push({ type: "stepStarted", at: now(), step: id, attempt: 1 });
  const watcher = files.reports ? watchStatus(files, starts) : undefined;
  await Promise.all([
    forward(container.stdout, { id, stream: "stdout", starts }, events),
    forward(container.stderr, { id, stream: "stderr", starts }, events),
  ]);
  watcher?.close();
  const status = files.reports ? readStatus(files.metadata) : undefined;
  starts.take(status);
  const ending = await endingOf(files, container, status, waitingSince);
  events.push({ type: "stepFinished", at: now(), step: id, status: { ...ending, step: id } });
}

async function endingOf(
  files: Watched,
  container: RunningContainer,
  status: StepStatus | undefined,
  waitingSince: string,
): Promise<StepStatus> {
  if (status !== undefined && isEnding(status.state)) return status;
  const { words, exitCode } = await container.ending();
  return files.reports
    ? recordLoss(files, words, status, waitingSince)
    : sidecarEnding(files.id, waitingSince, exitCode);
}
