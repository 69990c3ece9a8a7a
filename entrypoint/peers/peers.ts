// Reading what other steps recorded. Their directories are read-only here, and a record is whole or not there.

import { StepFault } from "../endings/fault.ts";
import { type Host, HostError } from "../host.ts";
import {
  asStatus,
  beneath,
  type Cause,
  errorFile,
  isEnding,
  LIMITS,
  lostStatus,
  PROTOCOL_VERSION,
  protocolOf,
  reservedStatusFile,
  type StepStatus,
  statusFile,
  statusFileOf,
} from "../protocol/index.ts";
import { parseObject } from "../text/json.ts";
import type { Sighting } from "./wait.ts";

/** undefined where there is no record (yet). Throws StepFault where it is of another version of the protocol. */
export function readStatus(host: Host, metadata: string | undefined): StepStatus | undefined {
  return metadata === undefined ? undefined : readStatusFile(host, statusFile(metadata));
}

/** The record of the step that posts to `post`. */
export const statusOf = (host: Host, post: string): StepStatus | undefined =>
  readStatusFile(host, statusFileOf(post));

/**
 * The ending of a step that has settled. One that did not get as far as posting it was killed: it is lost, whatever it
 * had recorded before.
 */
export function endingOf(host: Host, post: string): StepStatus {
  const status = statusOf(host, post);
  const hasPosted = host.stat(post) !== undefined || host.stat(errorFile(post)) !== undefined;
  if (status !== undefined && hasPosted && isEnding(status.state)) return status;
  return lostStatus(nameOf(host, post), new Date(host.now()).toISOString(), status);
}

/** How a broken edge ends the step that waited for it: the first step of the chain is named, not the nearest. */
export function chainedTo(
  host: Host,
  { post, how }: Sighting,
): { readonly state: "skipped" | "lost"; readonly cause: Cause; readonly stop: boolean } {
  const status = statusOf(host, post);
  const step = status?.step ?? nameOf(host, post);
  if (how === "lost") return { state: "lost", cause: { step, state: "lost" }, stop: false };
  const ended = status !== undefined && isEnding(status.state) ? status.state : "failed";
  const cause = status?.cause ?? { step, state: ended };
  return { state: ended === "lost" ? "lost" : "skipped", cause, stop: status?.stop ?? false };
}

/** The name of a step that may have been killed before it recorded anything. */
function nameOf(host: Host, post: string): string {
  const metadata = statusFileOf(post).replace(/\/status\.json$/, "");
  return readStatusFile(host, reservedStatusFile(metadata))?.step ?? nameByPath(post);
}

function readStatusFile(host: Host, path: string): StepStatus | undefined {
  const record = parseObject(readRecord(host, path));
  const protocol = protocolOf(record);
  if (protocol !== undefined && protocol !== PROTOCOL_VERSION)
    throw new StepFault(
      "CannotPrepare",
      `${path} speaks protocol ${protocol}, this entrypoint speaks ${PROTOCOL_VERSION}: use one version in all steps`,
    );
  return asStatus(record);
}

/** What is no record was not written by us (the directory is the step's own): it counts as none, whatever it is. */
function readRecord(host: Host, path: string): string {
  try {
    return host.read(beneath(path, 2), LIMITS.record) ?? "";
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return "";
  }
}

/** A peer that keeps no records, such as Tekton's entrypoint: /tekton/run/3/out → "step 3". */
const nameByPath = (post: string): string => `step ${post.split("/").at(-2) ?? post}`;
