// Where a target has no subPath, each directory that is mounted by itself becomes a volume of its own. Whoever mounts
// a directory above it still sees it there, mounted into its place.

import type { Mount, Plan, PlannedVolume, ValueSource } from "../plan/model/plan.ts";

/** The same plan without a `subPath` on any volume that is made for the run. */
export function separateDirectories(plan: Plan): Plan {
  const split = new Map(
    plan.volumes
      .filter(({ source }) => source.kind === "empty")
      .map(({ name }) => [name, directoriesOf(name, allMounts(plan))] as const)
      .filter(([, directories]) => directories.some((directory) => directory !== "")),
  );
  if (split.size === 0) return plan;
  const mountsOf = <T extends { readonly mounts: readonly Mount[] }>(container: T): T => ({
    ...container,
    mounts: separateMounts(container.mounts, split),
  });
  const from = (source: ValueSource): ValueSource => separateSource(source, split);
  return {
    ...plan,
    volumes: plan.volumes.flatMap((volume) => separateVolume(volume, split.get(volume.name))),
    layout: mountsOf(plan.layout),
    steps: plan.steps.map(mountsOf),
    sidecars: plan.sidecars.map(mountsOf),
    tasks: plan.tasks.map((task) => ({
      ...task,
      results: task.results.map((result) => ({ ...result, from: from(result.from) })),
    })),
  };
}

/**
 * The same plan with every volume of the run open to any user. In a cluster an emptyDir is; the new volumes of engines
 * belong to root. Whoever makes the layout has to be root there.
 */
export function openVolumes(plan: Plan): Plan {
  const { layout, mounts } = plan.layout;
  const made = plan.volumes.filter(({ source }) => source.kind === "empty");
  const isRoot = (mount: Mount, name: string) => mount.volume === name && mount.subPath === undefined;
  const roots = made.map(({ name }) => mounts.find((mount) => isRoot(mount, name)) ?? rootOf(name));
  const modes = new Map(roots.map(({ path }) => [path, OPEN]));
  for (const { path, mode } of layout.directories) if (modes.has(path)) modes.set(path, mode);
  const others = layout.directories.filter(({ path }) => !modes.has(path));
  return {
    ...plan,
    layout: {
      layout: {
        ...layout,
        directories: [...[...modes].map(([path, mode]) => ({ path, mode, own: true })), ...others],
      },
      mounts: [...mounts, ...roots.filter((root) => !mounts.includes(root))],
    },
  };
}

const OPEN = 0o777;

const rootOf = (volume: string): Mount => ({ volume, path: `/tekton/volumes/${volume}`, readOnly: false });

/** Directories mounted by themselves, by volume; "" is the volume's root. */
type Split = ReadonlyMap<string, readonly string[]>;

const allMounts = (plan: Plan): readonly Mount[] =>
  [plan.layout, ...plan.steps, ...plan.sidecars].flatMap(({ mounts }) => mounts);

const directoriesOf = (volume: string, mounts: readonly Mount[]): readonly string[] =>
  [...new Set(mounts.filter((mount) => mount.volume === volume).map(({ subPath }) => clean(subPath)))].sort();

const clean = (path = ""): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

const separateVolume = (
  volume: PlannedVolume,
  directories: readonly string[] | undefined,
): PlannedVolume[] =>
  directories === undefined
    ? [volume]
    : directories.map((directory) => ({ ...volume, name: nameOf(volume.name, directory) }));

/** A DNS label. */
const nameOf = (volume: string, directory: string): string =>
  directory === "" ? volume : `${volume}-${directory.replaceAll("/", "--").toLowerCase()}`;

function separateMounts(mounts: readonly Mount[], split: Split): readonly Mount[] {
  const own = new Set(mounts.map(({ path }) => path));
  return mounts.flatMap((mount) => {
    const directories = split.get(mount.volume);
    if (directories === undefined) return [mount];
    const top = clean(mount.subPath);
    return directories
      .filter((directory) => directory === top || isBelow(directory, top))
      .map((directory) => ({
        volume: nameOf(mount.volume, directory),
        path: directory === top ? mount.path : `${mount.path}/${relative(directory, top)}`,
        readOnly: mount.readOnly,
      }))
      .filter(({ path }) => path === mount.path || !own.has(path));
  });
}

function separateSource(source: ValueSource, split: Split): ValueSource {
  const path = clean(source.path);
  const home = (split.get(source.volume) ?? [])
    .filter((directory) => directory === path || isBelow(path, directory))
    .at(-1);
  if (home === undefined) return source;
  return { volume: nameOf(source.volume, home), path: relative(path, home) };
}

const isBelow = (path: string, top: string): boolean =>
  path !== top && (top === "" || path.startsWith(`${top}/`));
const relative = (path: string, top: string): string => (top === "" ? path : path.slice(top.length + 1));
