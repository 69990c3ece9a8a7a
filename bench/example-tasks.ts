// The example's Pipeline as whoever runs its Tasks one by one has to know it: who waits for whom, what is in which
// volume, and which results go where.

export interface TaskPod {
  readonly task: string;
  /** The volume behind each workspace. */
  readonly workspaces: Readonly<Record<string, string>>;
  /** The volume that others read afterwards. */
  readonly writes?: string;
}

export type Results = Map<string, string>;

export const STAGES: readonly (readonly TaskPod[])[] = [
  [{ task: "Task/git-clone", workspaces: { output: "source" }, writes: "source" }],
  [
    { task: "Task/lint", workspaces: { source: "source" } },
    { task: "Task/test", workspaces: { source: "source" } },
    { task: "Task/build-image", workspaces: { source: "source", image: "image" }, writes: "image" },
  ],
  [{ task: "Task/push-image", workspaces: { image: "image" } }],
  [{ task: "Task/verify-image", workspaces: {} }],
];

/** Params by target, for the name of an image and what is known by now. */
export function paramsOf(
  name: string,
  results: Results,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const [git, registry] = [known("GIT_URL"), known("REGISTRY")];
  const tls = { "tls-verify": "false" };
  const image = { image: `${registry}/${name}`, ...tls };
  const url = `${git}/digest`;
  const toolchain = `${registry}/gcc`;
  return {
    "Pipeline/git-build-push": { url, toolchain, ...image },
    "Task/git-clone": { url },
    "Task/build-image": {
      "build-args": `TOOLCHAIN=${toolchain}`,
      timestamp: results.get("committer-date") ?? "",
      ...tls,
    },
    "Task/push-image": image,
    "Task/verify-image": { ...image, digest: results.get("IMAGE_DIGEST") ?? "" },
  };
}

function known(variable: string): string {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`no ${variable}: run this by examples/git-build-push/with-services.sh`);
  return value;
}
