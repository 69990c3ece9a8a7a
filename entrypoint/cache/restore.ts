// A hit: what the entry says is made beside where it belongs, each file verified on its way, and takes its place when all
// of it is there.

import { checkoutAt } from "../artifacts/checkout.ts";
import { fileUri } from "../artifacts/digest.ts";
import type { Known as KnownArtifacts } from "../artifacts/record.ts";
import type { Cancel, Host } from "../host.ts";
import { contentDir, treeLine } from "../protocol/cache.ts";
import {
  type Beneath,
  beneath,
  beneathTop,
  type CacheEntry,
  type DigestSet,
  inDirectory,
  inStep,
  type KeptOutput,
  type KeptProduct,
  pathOf,
} from "../protocol/index.ts";
import { readContent, Unusable } from "./entries.ts";
import type { Known, Reports } from "./key.ts";
import { digestOfLists, type Lists, listsOf, parsed, writeLists } from "./trees.ts";

/** What outputs with a path are. Throws Unusable, StepFault or HostError where it cannot be had: then nothing is changed. */
export async function restore(known: Known, entry: CacheEntry, cancel: Cancel): Promise<KnownArtifacts> {
  const { host, flags, declared } = known;
  const { step_metadata_dir: metadata = "" } = flags;
  const wanted = (declared.outputs ?? []).flatMap(({ name, path }) =>
    path === undefined ? [] : [{ name, path }],
  );
  const staged: Staged[] = [];
  const room = inStep(metadata, "cache");
  try {
    for (const { name, path } of wanted) {
      const kept = entry.outputs.find((one) => one.name === name);
      if (kept === undefined) throw new Unusable(`it has no output "${name}"`);
      staged.push(await stage(known, kept, path, cancel));
    }
    const products = await stageProducts(known, entry.products, room, cancel);
    for (const one of staged) takePlace(host, one);
    for (const { from, to } of products) host.copy(from, to, 0o644);
    for (const { kept, lists } of staged)
      if (lists !== undefined) writeLists(host, metadata, kept.name, lists);
  } finally {
    for (const { directory } of staged) host.remove(directory);
    host.remove(room);
  }
  return new Map(staged.map(({ kept, uri, size }) => [kept.name, { uri, digest: kept.digest, size }]));
}

interface Staged {
  readonly kept: KeptOutput;
  readonly path: string;
  /** Where it is for now. */
  readonly directory: Beneath;
  /** In it; the directory itself is the output where that can be put in its place. */
  readonly file?: string;
  readonly isInside: boolean;
  readonly uri: string;
  readonly size: number;
  readonly lists?: Lists;
}

async function stage(
  { host, request }: Pick<Known, "host" | "request">,
  kept: KeptOutput,
  path: string,
  cancel: Cancel,
): Promise<Staged> {
  const text = readContent(host, request.dir, kept.tree);
  const content = contentOf(host, kept, text);
  const isInside = kept.type === "directory" && (request.mounts ?? []).includes(path);
  const cut = path.lastIndexOf("/");
  const place = isInside ? `${path}/${ASIDE}` : `${path.slice(0, cut)}/${ASIDE}.${path.slice(cut + 1)}`;
  const directory = beneathTop(place);
  host.remove(directory);
  host.makeDirectory(directory, 0o700);
  try {
    await host.transfer(text, contentDir(request.dir), directory, "restore", cancel);
    const checkout = kept.type === "file" ? undefined : checkoutAt(host, pathOf(directory));
    if (checkout?.commit !== kept.digest["gitCommit"])
      throw new Unusable(`its output "${kept.name}" is of another commit`);
    if (!isInside && kept.type === "directory") host.makeDirectory(directory, kept.mode);
    return { kept, path, directory, isInside, uri: checkout?.uri ?? fileUri(path), ...content };
  } catch (error) {
    host.remove(directory);
    throw error;
  }
}

/** What is said to be there has to have the digests that it is said to have. */
function contentOf(
  host: Host,
  { name, type, digest }: KeptOutput,
  text: string,
): Pick<Staged, "file" | "lists" | "size"> {
  const { gitCommit: _commit, ...expected } = digest;
  const refuse = (isWrong: boolean) => {
    if (isWrong) throw new Unusable(`its output "${name}" is not what it says`);
  };
  if (type === "directory") {
    const lists = listsOf(text);
    refuse(!isSame(digestOfLists(host, lists), expected));
    return { lists, size: lists.size };
  }
  const [line, more] = parsed(text);
  if (line === undefined || more !== undefined || line.type !== "f" || line.path.includes("/"))
    throw new Unusable(`its output "${name}" is no file`);
  refuse(!isSame({ sha256: line.sha256 }, expected));
  return { file: line.path, size: line.size };
}

const ASIDE = ".baton-cache";

const isSame = (one: DigestSet, other: DigestSet): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([algorithm, hex]) => other[algorithm] === hex);

/** All that was there goes; of a directory that is a mount, all that is in it. */
function takePlace(host: Host, { path, directory, file, isInside }: Staged): void {
  const place = beneathTop(path);
  if (file !== undefined) {
    if (host.entry(place) === "directory") host.remove(place);
    host.rename(beneathTop(`${pathOf(directory)}/${file}`), place);
    return;
  }
  if (!isInside) {
    host.remove(place);
    host.rename(directory, place);
    return;
  }
  for (const name of host.list(place) ?? []) if (name !== ASIDE) host.remove(beneathTop(`${path}/${name}`));
  for (const name of host.list(directory) ?? [])
    host.rename(beneathTop(`${pathOf(directory)}/${name}`), beneathTop(`${path}/${name}`));
}

interface StagedProduct {
  readonly from: Beneath;
  readonly to: Beneath;
}

/** Each is one that the step declares. */
async function stageProducts(
  { host, flags, request, reports }: Known,
  products: readonly KeptProduct[],
  room: Beneath,
  cancel: Cancel,
): Promise<readonly StagedProduct[]> {
  if (products.length === 0) return [];
  const places = placesOf(flags, reports);
  host.remove(room);
  host.makeDirectory(room, 0o700);
  const lines = products.map(({ sha256, size }, at) =>
    treeLine({ type: "f", mode: 0o644, sha256, size, path: String(at) }),
  );
  await host.transfer(lines.join(""), contentDir(request.dir), room, "restore", cancel);
  return products.map((product, at) => {
    const to = places.get(productKey(product));
    if (to === undefined) throw new Unusable(`it has a result "${product.name}", which is none of this step`);
    return { from: inDirectory(pathOf(room), String(at)), to };
  });
}

const productKey = ({ of, name }: Pick<KeptProduct, "of" | "name">): string => `${of} ${name}`;

/** Where the results of a step and its provenance.json are, by what an entry calls them. */
function placesOf(flags: Known["flags"], reports: Reports): ReadonlyMap<string, Beneath> {
  const all = [
    ...reports.sharedProducts(flags).map((one) => ({ ...one, artifacts: "taskArtifacts", results: "task" })),
    ...reports.ownProducts(flags).map((one) => ({ ...one, artifacts: "stepArtifacts", results: "step" })),
  ];
  return new Map(
    all.map(({ key, place, artifacts, results }) => {
      const isProvenance = key === pathOf(place);
      return [isProvenance ? `${artifacts} provenance.json` : `${results} ${key}`, place] as const;
    }),
  );
}

export const productsByPlace = (flags: Known["flags"], reports: Reports): ReadonlyMap<string, string> =>
  new Map([...placesOf(flags, reports)].map(([key, place]) => [pathOf(place), key]));

/** Of the metadata, for what a command says while it is copied. */
export const logPlace = (metadata: string, stream: "stdout" | "stderr"): Beneath =>
  beneath(`${metadata}/log.${stream}`, 2);
