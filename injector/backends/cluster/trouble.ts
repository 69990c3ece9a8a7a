// What becomes of a pod that no step of it can tell: it is not scheduled, an image is not there, it was evicted or deleted.

import type { ContainerStatus, Pod } from "./pod-watch.ts";

/** A container that will not start, however long the kubelet tries. */
export interface Stuck {
  readonly container: string;
  readonly why: string;
}

/** Reasons of a container that waits which the kubelet tries again for ever, and which nobody but its author mends. */
const HOPELESS: Readonly<Record<string, string>> = {
  ErrImageNeverPull: "is not on the node, and is never to be pulled",
  ImagePullBackOff: "cannot be pulled",
  InvalidImageName: "is no name of an image",
  ImageInspectError: "cannot be read",
  CreateContainerConfigError: "",
  CreateContainerError: "",
  RunContainerError: "",
};

export function stuckIn(pod: Pod): Stuck | undefined {
  for (const { name, image = "", state } of statusesOf(pod)) {
    const { reason = "", message } = state?.waiting ?? {};
    const words = HOPELESS[reason];
    if (words === undefined) continue;
    const what = words === "" ? "its container cannot be started" : `its image ${image} ${words}`;
    return { container: name, why: `${what}: ${oneLine(message ?? reason)}` };
  }
  return undefined;
}

/** Where nobody says why. */
export const POD_IS_OVER = "the pod is over";

/** Why the pod is over though not all of its steps have ended, in words that end a sentence. */
export function whyOver(pod: Pod | "deleted", last: Pod | undefined): string | undefined {
  if (pod === "deleted") {
    const why = last && disruptionOf(last);
    return why === undefined ? "the pod was deleted" : `the pod was deleted: ${why}`;
  }
  const { phase, reason, message } = pod.status;
  if (phase !== "Failed" && phase !== "Succeeded") return undefined;
  if (reason === "Evicted") return `the pod was evicted: ${oneLine(message ?? "")}`;
  if (reason === "DeadlineExceeded") return "the pod has reached its deadline (activeDeadlineSeconds)";
  if (reason !== undefined) return `the pod failed (${reason}): ${oneLine(message ?? "")}`;
  const why = disruptionOf(pod);
  return why === undefined ? POD_IS_OVER : `the pod was ended: ${why}`;
}

/** Whoever ended it by the API: a drain, a taint, a preemption. */
export function disruptionOf({ status: { conditions = [] } }: Pod): string | undefined {
  const target = conditions.find(({ type, status }) => type === "DisruptionTarget" && status === "True");
  return target && oneLine(`${target.reason ?? ""}: ${target.message ?? ""}`);
}

/** Why no node has taken it yet; whoever waits is told. */
export function unscheduled({ status: { conditions = [] } }: Pod): string | undefined {
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.message === undefined) return undefined;
  return `no node takes the pod yet: ${oneLine(scheduled.message)}`;
}

export const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

export const hasStarted = ({ state }: ContainerStatus): boolean =>
  state?.running !== undefined || state?.terminated !== undefined;

/** How a container ended that could not say it itself. */
export function endOf(pod: Pod | undefined, container: string): string | undefined {
  const ended = pod && statusesOf(pod).find(({ name }) => name === container)?.state?.terminated;
  if (ended === undefined || ended === null) return undefined;
  const { exitCode, reason, message } = ended;
  if (reason === "OOMKilled") return "its container was killed for its memory (OOMKilled)";
  return `its container ended with ${exitCode}${reason === undefined ? "" : ` (${reason})`}${message ? `: ${oneLine(message)}` : ""}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
