// One container as a run sees it: its starts by its record, its lines as they come, and its ending, whatever happens.

import { isEnding } from "../../../../entrypoint/protocol/index.ts";
import { now } from "../../../record/follow.ts";
import type { Observations } from "../../../record/observations.ts";
import { forward, startsOf, watchStatus } from "../../host/seen.ts";
import { readStatus, recordLoss, type StepFiles } from "../../host/status.ts";
import type { RunningContainer } from "./driver.ts";

export interface Watched extends StepFiles {
  /** A sidecar leaves no record. */
  readonly reports: boolean;
}

/** Resolves when all of it has been told. */
export async function watchContainer(
  files: Watched,
  { stdout, stderr, ending }: RunningContainer,
  events: Observations,
): Promise<void> {
  const waitingSince = now();
  const starts = startsOf(files, events);
  const watcher = files.reports ? watchStatus(files, starts) : undefined;
  starts.look();
  await Promise.all([
    forward(stdout, { id: files.id, stream: "stdout", starts }, events),
    forward(stderr, { id: files.id, stream: "stderr", starts }, events),
  ]);
  watcher?.close();
  if (!files.reports) return;
  const status = readStatus(files.metadata);
  starts.take(status);
  const known = status !== undefined && isEnding(status.state) ? status : undefined;
  const told = known ?? recordLoss(files, await ending(), status, waitingSince);
  events.push({ type: "stepFinished", at: now(), step: files.id, status: { ...told, step: files.id } });
}
