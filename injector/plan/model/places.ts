// Where things are: one volume for each kind of private directory, a directory in it for each Task, and the paths by
// which steps see them. With a root there are no mounts: a path is then the real directory itself.

import { CACHE_DIR } from "../../../entrypoint/protocol/cache.ts";
import {
  ARTIFACTS_DIR,
  BIN_DIR,
  CREDS_DIR,
  HOME_DIR,
  RESERVED_VOLUME,
  RESULTS_DIR,
  RUN_DIR,
  SCRIPTS_DIR,
  STEPS_DIR,
  TASKS_DIR,
  WORKSPACE,
} from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { TaskPlaces } from "../../substitute/task.ts";
import type { Mount, PlannedVolume } from "./plan.ts";
import type { PlanCache } from "./plan-set.ts";

/** Names that Tekton forbids its users, so that they can never meet one of a Task's. */
const internal = (kind: string): string => `${RESERVED_VOLUME}${kind}`;

export const VOLUME = {
  bin: internal("bin"),
  run: internal("run"),
  steps: internal("steps"),
  scripts: internal("scripts"),
  results: internal("results"),
  artifacts: internal("artifacts"),
  home: internal("home"),
  workspace: internal("workspace"),
  creds: internal("creds"),
} as const;

/** Of the cache, and no directory of the run's own. */
const CACHE_VOLUME = internal("cache");

/** A Secret of the service account, of which there may be several. */
export const secretVolume = (at: number): string => internal(`secret-${at}`);

/** A Task's private directories: volume, Tekton's path, whether its steps may write there. */
const PRIVATE = [
  { volume: VOLUME.steps, path: STEPS_DIR, readOnly: true },
  { volume: VOLUME.scripts, path: SCRIPTS_DIR, readOnly: true },
  { volume: VOLUME.results, path: RESULTS_DIR, readOnly: false },
  { volume: VOLUME.artifacts, path: ARTIFACTS_DIR, readOnly: false },
  { volume: VOLUME.home, path: HOME_DIR, readOnly: false },
  { volume: VOLUME.workspace, path: WORKSPACE, readOnly: false },
] as const;

export interface Places {
  /** Whether paths are real directories, and so nothing needs to be mounted. */
  readonly rooted: boolean;
  /** A volume's root, as the maker of the layout sees it. */
  volume(name: string): string;
  /** The mount with the path by which a step sees it. */
  place(mount: Mount): Mount;
  /** Directory within a private volume that belongs to this Task; absent where the run has just one. */
  subPath(unit: string): string | undefined;
}

/** `folders`: volumes that are a directory of the user's. `alone`: the run is a single Task. */
export function placesIn(
  root: string | undefined,
  folders: ReadonlyMap<string, string>,
  alone: boolean,
): Places {
  const subPath = (unit: string) => (alone ? undefined : unit);
  if (root === undefined)
    return { rooted: false, volume: (name) => `/tekton/volumes/${name}`, place: (mount) => mount, subPath };
  const volume = (name: string) => folders.get(name) ?? `${root}/volumes/${name}`;
  const place = (mount: Mount) => ({ ...mount, path: join(volume(mount.volume), mount.subPath) });
  return { rooted: true, volume, place, subPath };
}

/** A directory of ours, and not one of the author's volumes. */
export const isPrivate = ({ volume }: Mount): boolean => volume.startsWith(internal(""));

/** What every step of a Task has mounted, its workspaces excepted. */
export const privateMounts = (places: Places, unit: string): readonly Mount[] =>
  PRIVATE.map(({ volume, path, readOnly }) =>
    places.place(mountOf(volume, places.subPath(unit), path, readOnly)),
  );

/** Where the Task's references to itself point. */
export function taskPlaces(places: Places, unit: string): TaskPlaces {
  const see = (volume: string, path: string) =>
    places.place(mountOf(volume, places.subPath(unit), path, true)).path;
  return {
    results: see(VOLUME.results, RESULTS_DIR),
    steps: see(VOLUME.steps, STEPS_DIR),
    artifacts: see(VOLUME.artifacts, ARTIFACTS_DIR),
    scripts: see(VOLUME.scripts, SCRIPTS_DIR),
    workspace: see(VOLUME.workspace, WORKSPACE),
    credentials: CREDS_DIR,
  };
}

export const binMount = (places: Places): Mount =>
  places.place(mountOf(VOLUME.bin, undefined, BIN_DIR, true));
export const cacheMount = (places: Places): Mount =>
  places.place(mountOf(CACHE_VOLUME, undefined, CACHE_DIR, false));
export const cacheVolumes = (cache: PlanCache | undefined): readonly PlannedVolume[] =>
  cache === undefined ? [] : [{ name: CACHE_VOLUME, source: cache.source }];
export const runMount = (places: Places): Mount =>
  places.place(mountOf(VOLUME.run, undefined, RUN_DIR, true));
/** A step's own run directory: the only one it can write. */
export const ownRunMount = (places: Places, name: string): Mount =>
  places.place(mountOf(VOLUME.run, name, `${RUN_DIR}/${name}`, false));
/** Another Task's results, as the steps that refer to them see them. */
export const resultsMount = (places: Places, unit: string): Mount =>
  places.place(mountOf(VOLUME.results, places.subPath(unit), `${TASKS_DIR}/${unit}/results`, true));

/** Another Task's own provenance.json, as the steps that refer to its artifacts see it. */
export const artifactsMount = (places: Places, unit: string): Mount =>
  places.place(mountOf(VOLUME.artifacts, places.subPath(unit), `${TASKS_DIR}/${unit}/artifacts`, true));

export function mountOf(volume: string, subPath: string | undefined, path: string, readOnly: boolean): Mount {
  return { volume, ...defined({ subPath }), path, readOnly };
}

export const privateVolumes: readonly PlannedVolume[] = Object.values(VOLUME).map((name) => ({
  name,
  source: { kind: "empty" },
}));

export const join = (directory: string, below: string | undefined): string =>
  below === undefined || below === "" ? directory : `${directory}/${below}`;
