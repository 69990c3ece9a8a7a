// A success is kept: content first, the entry last, so that an entry speaks of nothing that is not there.

import type { Cancel, Host } from "../host.ts";
import { CACHE_RECIPE, contentDir, outputKeyText, treeLine } from "../protocol/cache.ts";
import {
  beneathTop,
  type CacheEntry,
  type KeptOutput,
  type KeptProduct,
  pathOf,
  type StepArtifacts,
} from "../protocol/index.ts";
import type { Before } from "../record/results.ts";
import { Unusable, writeContent, writeEntry } from "./entries.ts";
import type { Known } from "./key.ts";
import { logPlace, productsByPlace } from "./restore.ts";
import { digestOfLists, linesOf, listsOf } from "./trees.ts";

/** How much of what a command says is kept, of each stream. */
const LOG_TAIL = 1 << 14;

/** Throws StepFault, HostError or Interrupted: the step has succeeded nevertheless. */
export async function keep(
  known: Known,
  key: string,
  artifacts: StepArtifacts,
  before: Before,
  cancel: Cancel,
): Promise<void> {
  const { host, request } = known;
  const { dir, run } = request;
  host.makeDirectory(contentDir(dir));
  const outputs = await keepOutputs(known, artifacts, cancel);
  const products = await keepProducts(known, before, cancel);
  const entry: CacheEntry = {
    ...{ recipe: CACHE_RECIPE, key, run, at: new Date(host.now()).toISOString(), outputs, products },
    ...said(known, "stdout"),
    ...said(known, "stderr"),
  };
  for (const output of outputs) writeEntry(host, dir, host.sha256Of(outputKeyText(output.digest)), output);
  writeEntry(host, dir, key, entry);
}

function said({ host, flags }: Known, stream: "stdout" | "stderr"): Partial<CacheEntry> {
  const text = host.tail(logPlace(flags.step_metadata_dir ?? "", stream), LOG_TAIL) ?? "";
  return text === "" ? {} : { [stream]: text };
}

async function keepOutputs(
  known: Known,
  { outputs = [] }: StepArtifacts,
  cancel: Cancel,
): Promise<readonly KeptOutput[]> {
  const kept: KeptOutput[] = [];
  for (const { name, path } of known.declared.outputs ?? []) {
    const output = outputs.find((one) => one.name === name);
    if (path === undefined || output === undefined) continue;
    const { digest, uri, size = 0 } = output;
    const info = known.host.stat(beneathTop(path));
    if (info === undefined) throw new Unusable(`${path} has vanished`);
    const type = info.type === "directory" ? "directory" : "file";
    const at = { ...known, name, path, type, mode: info.mode, size, digest } as const;
    const tree = await keepTree(at, cancel);
    kept.push({ name, type, tree, mode: info.mode, size, digest, uri });
  }
  return kept;
}

type Output = Known &
  Pick<KeptOutput, "name" | "type" | "mode" | "size" | "digest"> & { readonly path: string };

/** Gives the digest of its lines. */
async function keepTree(output: Output, cancel: Cancel): Promise<string> {
  const { host, flags, request, name, path, type, mode, size, digest, way = "keep" } = output;
  const { step_metadata_dir: metadata = "" } = flags;
  if (type === "file") {
    const cut = path.lastIndexOf("/");
    const line = treeLine({
      type: "f",
      mode,
      sha256: digest["sha256"] ?? "",
      size,
      path: path.slice(cut + 1),
    });
    await host.transfer(line, contentDir(request.dir), path.slice(0, cut) || "/", way, cancel);
    return writeContent(host, request.dir, line, way);
  }
  const lines = await linesOf(host, { name, path, metadata }, cancel);
  const now = digestOfLists(host, listsOf(lines));
  if (Object.entries(now).some(([algorithm, hex]) => digest[algorithm] !== hex))
    throw new Unusable(`${path} has changed since it was hashed`);
  await host.transfer(lines, contentDir(request.dir), beneathTop(path), way, cancel);
  return writeContent(host, request.dir, lines, way);
}

async function keepProducts(
  { host, flags, request, reports, way = "keep" }: Known,
  before: Before,
  cancel: Cancel,
): Promise<readonly KeptProduct[]> {
  const names = productsByPlace(flags, reports);
  const kept: KeptProduct[] = [];
  for (const { place } of reports.declaredResults(host, flags, before)) {
    const [of = "", name = ""] = (names.get(pathOf(place)) ?? "").split(" ");
    const { sha256, size } = await host.digest(place, cancel);
    const line = treeLine({ type: "f", mode: 0o644, sha256, size, path: place.path });
    await host.transfer(line, contentDir(request.dir), place.root, way, cancel);
    kept.push({ of: of as KeptProduct["of"], name, sha256, size });
  }
  return kept;
}

/** What was copied for the sake of the entry is of no use any more. */
export function forgetLog(host: Host, metadata: string): void {
  for (const stream of ["stdout", "stderr"] as const) host.remove(logPlace(metadata, stream));
}
