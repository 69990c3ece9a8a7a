// What an engine on this machine is asked for: containers that mount directories of this machine, in words of no engine.

import { closeSync, readlinkSync } from "node:fs";
import { BINARY, formatFlags, WORKSPACE } from "../../../../entrypoint/protocol/index.ts";
import { openForMount } from "../../../beneath/mount.ts";
import type { Mount, Plan, PlannedSidecar, PlannedStep } from "../../../plan/model/plan.ts";
import { expandVariables } from "../../../substitute/expansion.ts";
import { collectedFlags } from "../../collector.ts";
import { containerFields } from "../../compose/fields.ts";
import type { Environment } from "../../host/environment.ts";
import { gated } from "../../host/gate.ts";
import { type VolumePaths, volumeRoot } from "../../host/volumes.ts";

export interface ContainerSpec {
  /** Of the step or sidecar. */
  readonly id: string;
  /** In the engine. */
  readonly name: string;
  /** An id of the engine's own, which means the same image whatever is pulled or built meanwhile. */
  readonly image: string;
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly mounts: readonly Bind[];
  /** `none`, `host`, `container:NAME`, or a network; the engine's own choice where there is none. */
  readonly network?: string;
  readonly ports: readonly Port[];
  readonly rights: Rights;
  /** A step, which records how it ended. */
  readonly reports: boolean;
}

export interface Bind {
  /** On this machine. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** Made for the run, so that it may be given a label of the run's own. */
  readonly own: boolean;
}

export interface Port {
  readonly target: number;
  readonly published: string;
  readonly protocol: string;
  readonly hostIp?: string;
}

/** As a compose file has them. */
export interface Rights {
  readonly user?: string;
  readonly group_add?: readonly string[];
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly cpus?: number;
  readonly mem_limit?: number;
}

/** A run as its containers share it. */
export interface Site {
  readonly name: string;
  readonly plan: Plan;
  readonly volumes: VolumePaths;
  /** The private directory of the run, in which most of the volumes are. */
  readonly directory: string;
  /** Ids of images by the names that steps have. */
  readonly images: ReadonlyMap<string, string>;
  /** Of each step and sidecar. */
  readonly environments: ReadonlyMap<string, Environment>;
  /** The network that all are in, where it is not the engine's own choice. */
  readonly network?: string;
}

export function specOf(
  site: Site,
  of: PlannedStep | PlannedSidecar,
  network: string | undefined,
): ContainerSpec {
  const { plan } = site;
  const environment = site.environments.get(of.id) ?? {};
  const [command = "", ...args] = [...(of.command ?? []), ...of.args].map((word) =>
    expandVariables(word, (name) => environment[name]),
  );
  const isStep = "index" in of;
  const working_dir = workingDirectory(of);
  const flags = {
    ...collectedFlags(isStep && hasGate(plan) ? gated(of) : of.flags),
    ...(working_dir === undefined ? {} : { working_dir }),
  };
  return {
    id: of.id,
    name: containerName(site, of.id),
    image: site.images.get(of.image ?? "") ?? of.image ?? "",
    argv: [
      BINARY,
      ...(isStep ? [] : ["sidecar"]),
      ...formatFlags({ ...flags, entrypoint: command }),
      "--",
      ...args,
    ],
    environment,
    mounts: of.mounts.map((mount) => bindOf(site, mount, environment)),
    ...(network === undefined ? {} : { network }),
    ports: [],
    reports: isStep,
    rights: containerFields(of.container, plan.pod.spec["securityContext"], NO_OPTIONS),
  };
}

/** One container by itself has nothing to wait for. */
export const hasGate = ({ steps, sidecars }: Plan): boolean => steps.length + sidecars.length > 1;

export const containerName = ({ name }: Pick<Site, "name">, id: string): string => `${name}-${id}`;

export function bindOf(site: Site, mount: Mount, environment: Environment = {}): Bind {
  const { subPathExpr } = mount.kubernetes ?? {};
  const below =
    typeof subPathExpr === "string"
      ? { ...mount, subPath: expandVariables(subPathExpr, (name) => environment[name]) }
      : mount;
  const source = sourceOf(volumeRoot(mount.volume, site.volumes), below.subPath);
  const volume = site.plan.volumes.find(({ name }) => name === mount.volume)?.source;
  return {
    source,
    path: mount.path,
    readOnly: mount.readOnly || (volume !== undefined && "files" in volume),
    own: source.startsWith(`${site.directory}/`),
  };
}

/** Links on the way are followed where they stay in the volume; nobody can change them before all is mounted. */
function sourceOf(root: string, subPath: string | undefined): string {
  if (subPath === undefined) return root;
  const fd = openForMount(root, subPath);
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

const NO_OPTIONS = { entrypointImage: "" };

/**
 * The entrypoint makes it and enters it at the step's turn, as the step: an engine that cannot would not start the
 * container at all. Without one it is the image's own.
 */
function workingDirectory({ workingDir, flags }: PlannedStep | PlannedSidecar): string | undefined {
  if (flags.working_dir !== undefined) return flags.working_dir;
  if (workingDir === undefined || workingDir === "") return undefined;
  return workingDir.startsWith("/") ? workingDir : `${WORKSPACE}/${workingDir}`;
}
