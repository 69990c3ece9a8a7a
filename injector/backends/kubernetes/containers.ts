// Containers of the pod: the entrypoint is their command, and has the real one in its argv.

import {
  BINARY,
  DOWNWARD_DIR,
  type Flags,
  formatFlags,
  IMAGE_BINARY,
  LAYOUT_VARIABLE,
  TERMINATION_FILE,
} from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { Mount, Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { collectedFlags } from "../collector.ts";
import { commandOf, imageOf, startDirectory } from "../command.ts";
import { splitLayout } from "../layout.ts";
import type { PodOptions } from "./options.ts";
import type { Profile } from "./profile.ts";
import { containerSecurity, layoutSecurity } from "./security.ts";
import { DOWNWARD_VOLUME, mountsWithImage } from "./volumes.ts";
import { wordsFor } from "./words.ts";

export interface PodContext {
  readonly plan: Plan;
  readonly options: PodOptions;
  readonly profile: Profile;
  /** Bytes of termination message a container may use. */
  readonly budget: number;
}

type Container = Readonly<Record<string, unknown>>;

export function stepContainer(step: PlannedStep, context: PodContext): Container {
  const { profile, budget } = context;
  const downward = profile.downwardApi
    ? [{ name: DOWNWARD_VOLUME, mountPath: DOWNWARD_DIR, readOnly: true }]
    : [];
  const flags: Flags = profile.messages
    ? { ...step.flags, termination_budget: budget }
    : collectedFlags(step.flags);
  const { name, image, command, args, rest, volumeMounts } = wrapped(step, [], flags, context);
  return {
    ...{ name, image, command, args, ...rest },
    volumeMounts: [...volumeMounts, ...downward],
    ...(profile.messages ? { terminationMessagePath: TERMINATION_FILE } : {}),
  };
}

/** Reads what every step left, whoever wrote it: root without any right but that; as nobody, what nobody may read is not read. */
export const collectorContainer = (
  collector: PlannedSidecar,
  { options, profile }: PodContext,
): Container => ({
  name: collector.id,
  image: options.entrypointImage,
  command: [IMAGE_BINARY],
  args: collector.args.map(wordsFor(profile, []).own),
  securityContext: options.restricted
    ? layoutSecurity
    : { runAsUser: 0, ...layoutSecurity, capabilities: { drop: ["ALL"], add: ["DAC_READ_SEARCH"] } },
  volumeMounts: collector.mounts.map(volumeMount),
});

/** Steps start once it is ready, as in Tekton: its readiness is also what its start is judged by. */
export function sidecarContainer(sidecar: PlannedSidecar, context: PodContext): Container {
  const { name, image, command, args, rest, volumeMounts } = wrapped(
    sidecar,
    ["sidecar"],
    sidecar.flags,
    context,
  );
  const { readinessProbe, startupProbe } = sidecar.container;
  if (!context.profile.nativeSidecars) return { name, image, command, args, ...rest, volumeMounts };
  return {
    ...{ name, image, command, args, ...rest },
    restartPolicy: "Always",
    ...(readinessProbe !== undefined && startupProbe === undefined ? { startupProbe: readinessProbe } : {}),
    volumeMounts,
  };
}

/** The init containers that make the layout: one, as many as its scripts need to fit into variables, or none for nothing. */
export function layoutContainers({ plan, options, profile }: Omit<PodContext, "budget">): Container[] {
  const { layout, mounts } = plan.layout;
  const { binary, ...withoutBinary } = layout;
  const needsBinary = binary !== undefined && options.inject !== "image-volume";
  const isNeeded =
    needsBinary || Object.values(withoutBinary).some((list) => Array.isArray(list) && list.length > 0);
  const parts = isNeeded ? splitLayout(needsBinary ? layout : withoutBinary) : [];
  return parts.map((part, at) => ({
    name: at === 0 ? "baton-layout" : `baton-layout-${at + 1}`,
    image: options.entrypointImage,
    command: [IMAGE_BINARY],
    args: ["layout"],
    env: [{ name: LAYOUT_VARIABLE, value: wordsFor(profile, []).own(JSON.stringify(part)) }],
    securityContext: { ...(profile.rootVolumes ? { runAsUser: 0 } : {}), ...layoutSecurity },
    volumeMounts: mounts.map(volumeMount),
    terminationMessagePolicy: "FallbackToLogsOnError",
  }));
}

function wrapped(
  of: PlannedStep | PlannedSidecar,
  verb: readonly string[],
  flags: Flags,
  context: PodContext,
) {
  const { plan, options } = context;
  const words = wordsFor(context.profile, of.env);
  const [entrypoint, ...rest] = commandOf(of).map(words.author);
  const { securityContext, ...container } = of.container;
  const mounts = of.mounts.map(volumeMount);
  const workingDir = startDirectory(of);
  return {
    name: of.id,
    image: imageOf(of),
    command: [BINARY],
    args: [...verb, ...formatFlags(flags).map(words.own), "-entrypoint", entrypoint, "--", ...rest],
    rest: {
      ...defined({ workingDir }),
      ...(of.env.length === 0 ? {} : { env: words.environment(of.env) }),
      ...(of.envFrom.length === 0 ? {} : { envFrom: of.envFrom }),
      ...container,
      securityContext: containerSecurity(securityContext, plan.pod.spec["securityContext"], options),
    },
    volumeMounts: options.inject === "image-volume" ? mountsWithImage(mounts) : mounts,
  };
}

const volumeMount = ({ volume, subPath, path, readOnly, kubernetes }: Mount) => ({
  name: volume,
  mountPath: path,
  ...defined({ subPath }),
  ...(readOnly ? { readOnly } : {}),
  ...kubernetes,
});
