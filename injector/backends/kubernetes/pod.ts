// The pod: one init container that makes the layout, the sidecars, a container per step, and their volumes.

import { messageBudget } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { Plan } from "../../plan/model/plan.ts";
import { COLLECTOR } from "../collector.ts";
import { openVolumes, separateDirectories } from "../directories.ts";
import { collectorContainer, layoutContainers, sidecarContainer, stepContainer } from "./containers.ts";
import { deadlines } from "./deadlines.ts";
import type { PodOptions } from "./options.ts";
import { withOwnLayouts } from "./own-layout.ts";
import type { Profile } from "./profile.ts";
import { withPodRequests } from "./resources.ts";
import { refuseUnrestricted } from "./restricted.ts";
import { podSecurity } from "./security.ts";
import { downwardVolume, imageVolume, volumeOf } from "./volumes.ts";

export interface PodMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function metadataOf(plan: Plan, options: PodOptions): PodMetadata {
  const { labels, annotations } = plan.pod;
  return {
    name: plan.name,
    ...defined({ namespace: options.namespace }),
    labels: {
      "app.kubernetes.io/name": labelValue(plan.source.name),
      "app.kubernetes.io/instance": labelValue(plan.name),
      "app.kubernetes.io/managed-by": "baton",
      ...labels,
    },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

export function podSpec(given: Plan, options: PodOptions, profile: Profile): Record<string, unknown> {
  const spec = podSpecOf(given, options, profile);
  if (options.restricted) refuseUnrestricted(given.name, spec);
  return spec;
}

function podSpecOf(given: Plan, options: PodOptions, profile: Profile): Record<string, unknown> {
  const placed = ownsLayout(options, profile) ? withOwnLayouts(given) : given;
  const separate = profile.subPaths ? placed : separateDirectories(placed);
  const opened = profile.rootVolumes ? openVolumes(separate) : separate;
  const { plan, resources } = options.podResources ? withPodRequests(opened) : { plan: opened };
  const { serviceAccountName, spec } = plan.pod;
  const { volumes: templateVolumes, ...template } = spec;
  const context = { plan, options, profile, budget: budgetOf(plan, options, profile) };
  const sidecars = plan.sidecars.map((sidecar) =>
    (sidecar.id === COLLECTOR ? collectorContainer : sidecarContainer)(sidecar, context),
  );
  // What a pod waits for at its end is no sidecar to it.
  const isNative = ({ name }: Readonly<Record<string, unknown>>) =>
    profile.nativeSidecars && name !== COLLECTOR;
  const steps = plan.steps.map((step) => stepContainer(step, context));
  const initContainers = [...layoutContainers(context), ...sidecars.filter(isNative)];
  return {
    restartPolicy: "Never",
    ...(serviceAccountName === undefined ? { automountServiceAccountToken: false } : { serviceAccountName }),
    ...deadlines(plan),
    ...template,
    ...defined({ resources }),
    securityContext: podSecurity(spec["securityContext"], options),
    ...(initContainers.length === 0 ? {} : { initContainers }),
    containers: [...steps, ...sidecars.filter((one) => !isNative(one))],
    volumes: [
      ...plan.volumes.map((volume) => volumeOf(volume, profile)),
      ...(profile.downwardApi ? [downwardVolume()] : []),
      ...(options.inject === "image-volume" ? [imageVolume(options)] : []),
      ...(Array.isArray(templateVolumes) ? templateVolumes : []),
    ],
  };
}

/** Where the binary is a volume, and a kubelet makes the directories. */
const ownsLayout = ({ inject }: PodOptions, { subPaths, rootVolumes }: Profile): boolean =>
  inject === "image-volume" && subPaths && !rootVolumes;

/** Every container of the pod shares the kubelet's 12 KiB, whether it writes a message or not. */
function budgetOf(plan: Plan, options: PodOptions, profile: Profile): number {
  const layouts = layoutContainers({ plan, options, profile }).length;
  return messageBudget(plan.steps.length + plan.sidecars.length + layouts);
}

/** At most 63 characters, beginning and ending with a letter or digit (Kubernetes' rule for label values). */
const labelValue = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
