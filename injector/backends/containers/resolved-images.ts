// What the images of a run were, for its record: asked of the containers that were made of them, because a name may
// mean another image by then.

import type { Plan } from "../../plan/model/plan.ts";
import type { ImageRecord } from "../../record/record.ts";
import { type Called, call } from "./call.ts";
import type { Engine, Project } from "./engine.ts";
import type { Images } from "./images.ts";

/** Each image once, in the plan's order. Never fails: what the engine cannot tell has no digest. */
export async function resolvedImages(
  engine: Engine,
  project: Project,
  signal: AbortSignal | undefined,
): Promise<readonly ImageRecord[]> {
  const ask: Ask = (words) => call(engine.name, words, { signal }).catch(() => SILENCE);
  const made = containersOf(project.plan);
  const names = made.map(({ id }) => engine.container(project, id));
  const ids = await idsOf(ask, names);
  const digests = await repoDigests(ask, [...new Set(ids)]);
  return once(made.map(({ image }, at) => record(image, ids[at], digests.get(ids[at] ?? "") ?? [])));
}

/** Of containers that were made of the very images that were looked at. */
export const imagesSeen = (plan: Plan, looks: Images["looks"]): readonly ImageRecord[] =>
  once(
    containersOf(plan).map(({ image }) => {
      const look = looks.get(image);
      return record(image, look?.id, look?.repoDigests ?? []);
    }),
  );

const once = (records: readonly ImageRecord[]): readonly ImageRecord[] => [
  ...new Map(records.map((one) => [JSON.stringify(one), one])).values(),
];

type Ask = (words: readonly string[]) => Promise<Called>;

const SILENCE: Called = { code: 1, stdout: "", stderr: "" };
const PLATFORM = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;

const containersOf = ({
  steps,
  sidecars,
}: Plan): readonly { readonly id: string; readonly image: string }[] =>
  [...steps, ...sidecars].flatMap(({ id, image }) => (image === undefined ? [] : { id, image }));

/** Of the images that containers were made of, in their order; none where the engine does not know them all. */
async function idsOf(ask: Ask, containers: readonly string[]): Promise<readonly string[]> {
  if (containers.length === 0) return [];
  const words = ["container", "inspect", "--format", "{{.Image}}", ...containers];
  const { code, stdout } = await ask(words);
  return code === 0 ? stdout.trim().split("\n").map(hexOf) : [];
}

async function repoDigests(
  ask: Ask,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const { code, stdout } = await ask(["image", "inspect", ...ids]);
  if (code !== 0) return new Map();
  const found = JSON.parse(stdout) as readonly { Id: string; RepoDigests?: readonly string[] | null }[];
  return new Map(found.map(({ Id, RepoDigests }) => [hexOf(Id), RepoDigests ?? []]));
}

/** The digest that the name itself has; else that of its repository; else any, which is of the same image. */
function record(image: string, id: string | undefined, digests: readonly string[]): ImageRecord {
  const common = { image, platform: PLATFORM };
  if (id === undefined) return common;
  const [name = "", own] = image.split("@");
  const repository = name.replace(/:[^/:]*$/, "");
  const best =
    digests.find((one) => own !== undefined && one.endsWith(`@${own}`)) ??
    digests.find((one) => `/${one.split("@")[0]}`.endsWith(`/${repository}`)) ??
    digests[0];
  const [from = "", digest = ""] = best?.split("@") ?? [];
  if (digest === "") return { ...common, digest: { sha256: id } };
  return { ...common, repository: from, digest: { sha256: hexOf(digest) } };
}

const hexOf = (digest: string): string => digest.trim().replace(/^sha256:/, "");
