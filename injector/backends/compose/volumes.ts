// Volumes of the project. One named volume for each directory, because engines before 26 mount only whole ones.

import type { DataSource, Mount, Plan, PlannedVolume, VolumeSource } from "../../plan/model/plan.ts";
import { hostPathOf, notPortable } from "../portable.ts";
import { literal, variableName } from "./text.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface ServiceFiles {
  readonly volumes: readonly Fields[];
  /** Files of Secrets, which compose writes into the container from variables of its own environment. */
  readonly secrets: readonly Fields[];
}

/** What a service mounts, deepest path last, as engines want it. */
export function filesOf(plan: Plan, mounts: readonly Mount[]): ServiceFiles {
  const sorted = [...mounts].sort((a, b) => a.path.split("/").length - b.path.split("/").length);
  const parts = sorted.map((mount) => mounted(mount, sourceOf(plan, mount)));
  return {
    volumes: parts.flatMap(({ volumes }) => volumes),
    secrets: parts.flatMap(({ secrets }) => secrets),
  };
}

/** The top-level `volumes`: those that compose makes, and claims, which are there already. */
export const volumeDeclarations = (plan: Plan): Record<string, Fields> =>
  Object.fromEntries(
    plan.volumes.flatMap(({ name, source }): [string, Fields][] => {
      if (source.kind === "claim") return [[name, { name: literal(source.claim), external: true }]];
      return isMade({ name, source }) ? [[name, {}]] : [];
    }),
  );

/** The top-level `secrets`. */
export const secretDeclarations = (plan: Plan): Record<string, Fields> =>
  Object.fromEntries(
    plan.volumes.flatMap(({ source }) =>
      source.kind === "secret"
        ? Object.keys(source.files ?? {}).map((file) => {
            const variable = variableName(source.name, file);
            return [variable.toLowerCase(), { environment: variable }];
          })
        : [],
    ),
  );

/** The same plan with the files of given ConfigMaps as part of its layout. */
export function withConfigFiles(plan: Plan): Plan {
  const configs = plan.volumes.flatMap(({ name, source }) =>
    isConfig(source) && source.files !== undefined ? [{ name, files: source.files }] : [],
  );
  if (configs.length === 0) return plan;
  const { layout, mounts } = plan.layout;
  const place = (name: string): string => `/tekton/volumes/${name}`;
  const files = configs.flatMap(({ name, files }) =>
    Object.entries(files).map(([file, content]) => ({ path: `${place(name)}/${file}`, ...content })),
  );
  return {
    ...plan,
    layout: {
      layout: { ...layout, files: [...layout.files, ...files] },
      mounts: [
        ...mounts,
        ...configs.map(({ name }) => ({ volume: name, path: place(name), readOnly: false })),
      ],
    },
  };
}

const isMade = ({ source }: PlannedVolume): boolean =>
  source.kind === "empty" || (isConfig(source) && source.files !== undefined);

/** Nothing of a Secret is printed. */
const isConfig = (source: VolumeSource): source is DataSource =>
  source.kind === "configMap" ||
  (source.kind === "projected" &&
    (source.raw["sources"] as readonly object[]).every((part) => "configMap" in part));

function sourceOf(plan: Plan, mount: Mount): PlannedVolume {
  const volume = plan.volumes.find(({ name }) => name === mount.volume);
  if (volume === undefined) throw new Error(`the plan mounts a volume it does not have: ${mount.volume}`);
  return volume;
}

function mounted(mount: Mount, volume: PlannedVolume): ServiceFiles {
  const { source } = volume;
  if (source.kind === "secret" && source.files !== undefined)
    return { volumes: [], secrets: secretFiles(mount, source.name, source.files) };
  const path = source.kind === "folder" ? source.path : hostPathOf(source);
  if (path !== undefined) return { volumes: [bind(mount, path)], secrets: [] };
  if (!isMade(volume) && source.kind !== "claim") throw notPortable(volume, "compose");
  return { volumes: [named(mount)], secrets: [] };
}

const named = ({ volume, subPath, path, readOnly }: Mount): Fields => ({
  type: "volume",
  source: volume,
  target: literal(path),
  ...(readOnly ? { read_only: true } : {}),
  ...(subPath === undefined ? {} : { volume: { subpath: literal(subPath) } }),
});

const bind = ({ subPath, path, readOnly }: Mount, folder: string): Fields => ({
  type: "bind",
  source: literal(subPath === undefined ? folder : `${folder}/${subPath}`),
  target: literal(path),
  ...(readOnly ? { read_only: true } : {}),
  bind: { create_host_path: false },
});

const secretFiles = ({ path, subPath }: Mount, name: string, files: object): Fields[] =>
  Object.keys(files)
    .filter((file) => subPath === undefined || subPath === file)
    .map((file) => ({
      source: variableName(name, file).toLowerCase(),
      target: literal(subPath === file ? path : `${path}/${file}`),
    }));
