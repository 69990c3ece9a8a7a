// What has to be there before an engine is asked for anything: directories, the layout in them, and what each container is to be.

import { dirname } from "node:path";
import { BIN_DIR } from "../../../../entrypoint/protocol/index.ts";
import { makeDirectory } from "../../../beneath/write.ts";
import { type Diagnostic, UserError } from "../../../diagnostics/diagnostic.ts";
import type { Plan, PlannedSidecar, PlannedStep } from "../../../plan/model/plan.ts";
import { unwritable } from "../../host/directory.ts";
import { environmentOf } from "../../host/environment.ts";
import { makeLayout } from "../../host/layout.ts";
import { isNoexec } from "../../host/mounts.ts";
import { probeProblems } from "../../host/ready.ts";
import { makeVolumes, placeOf, type VolumePaths } from "../../host/volumes.ts";
import type { Images } from "../images.ts";
import type { Watched } from "./container.ts";
import type { Driver } from "./driver.ts";
import { sharedNetwork } from "./network.ts";
import { type ContainerSpec, type Site, specOf } from "./spec.ts";

/** A run as an engine on this machine is to have it. */
export interface Here {
  readonly driver: Driver;
  readonly images: Images;
  /** The entrypoint, as it is on this machine. */
  readonly program: string;
  /** Of the run, in the engine. */
  readonly name: string;
  /** Its private directory. */
  readonly directory: string;
  /** The network that was asked for. */
  readonly network?: string;
  /** Where the engine keeps claims that it has. */
  readonly claims: ReadonlyMap<string, string>;
  /** What was cleared away beside it, in one sentence. */
  readonly swept: Promise<string | undefined>;
}

export interface Prepared {
  /** Holds the network of all others, where there is one to hold. */
  readonly holder?: ContainerSpec;
  /** Sidecars first. */
  readonly specs: readonly ContainerSpec[];
  readonly site: Site;
  readonly volumes: VolumePaths;
  /** Where the record of a container is on this machine. */
  files(spec: ContainerSpec): Watched;
}

/** Throws UserError with all that cannot be had here. */
export function prepare({
  driver,
  images,
  program,
  name,
  directory,
  network: asked,
  claims,
}: Here): Prepared {
  const { plan } = images;
  const problems: Diagnostic[] = [];
  const volumes = withProgram(plan, makeVolumes(plan, directory, problems, claims), program);
  const all = [...plan.sidecars, ...plan.steps];
  const ids = new Map([...images.looks].map(([image, { id }]) => [image, id]));
  const own = plan.pod.spec["hostNetwork"] === true ? "host" : asked;
  const site: Site = {
    name,
    plan,
    volumes,
    directory,
    images: ids,
    environments: new Map(all.map((one) => [one.id, environmentOf(plan, one, {}, problems)])),
    ...(own === undefined ? {} : { network: own }),
  };
  const { holder, network } = sharedNetwork(site);
  problems.push(...probeProblems(plan, own === "host" || (driver.reachesPorts && own !== "none")));
  if (problems.length > 0) throw new UserError(problems);
  return made(directory, () => {
    makeLayout(plan.layout, volumes, program);
    const files = new Map(all.map((one) => [one.id, filesOf(one, volumes)]));
    const specs = all.map((one) => specOf(site, one, network));
    return {
      ...(holder === undefined ? {} : { holder }),
      specs,
      site,
      volumes,
      files: ({ id }) => files.get(id) as Watched,
    };
  });
}

/** A disk that is full, or a claim that is somebody else's, is a mistake like any other. */
function made<T>(directory: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw unwritable(directory, error as Error);
  }
}

/** Where nothing may be executed in the run's directory, the program is mounted from its own. */
function withProgram(plan: Plan, volumes: VolumePaths, program: string): VolumePaths {
  const volume = plan.steps[0]?.mounts.find(({ path }) => path === BIN_DIR)?.volume;
  const own = volumes.get(volume ?? "");
  if (volume === undefined || own === undefined || !isNoexec(own)) return volumes;
  return new Map([...volumes, [volume, dirname(program)]]);
}

/** Its status is watched from before it starts, and written by whatever user it runs as. */
function filesOf(of: PlannedStep | PlannedSidecar, volumes: VolumePaths): Watched {
  const at = (path = "") => placeOf(path, of.mounts, volumes);
  const { post_file, step_metadata_dir } = of.flags;
  const metadata = at(step_metadata_dir);
  makeDirectory(metadata.root, metadata.path, 0o777);
  return { id: of.id, post: at(post_file), metadata, reports: "index" in of };
}
