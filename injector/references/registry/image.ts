// The configuration of an image, wherever it is: a given OCI layout, its registry, or an engine of this machine.

import { execa } from "execa";
import { defined } from "../../documents/defined.ts";
import { ResolverError } from "../resolver.ts";
import type { Descriptor, ImageStore, Manifest } from "./client.ts";
import { layoutStore } from "./layout.ts";
import { openImage } from "./open.ts";

export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly digest?: string;
}

/** `digest` pins it where it is given. Throws ResolverError in words. */
export async function readImage(
  image: string,
  digest: string | undefined,
  layouts: readonly string[],
  signal: AbortSignal,
): Promise<ImageConfig> {
  for (const folder of layouts) {
    const found = await fromStore(layoutStore(folder), digest ?? image).catch(toNothing);
    if (found !== undefined) return found;
  }
  try {
    const { store, reference } = openImage(image, signal);
    return await fromStore(store, digest ?? reference);
  } catch (error) {
    const local = image.startsWith("oci:") ? undefined : await fromEngine(image, signal);
    if (local !== undefined && (digest === undefined || local.digest === digest)) return local;
    throw error;
  }
}

const ENGINES = ["docker", "podman"] as const;

function toNothing(error: unknown): undefined {
  if (!(error instanceof ResolverError)) throw error;
}

/** An index is read for every platform: one command must serve all, because nobody knows the node yet. */
async function fromStore(store: ImageStore, reference: string): Promise<ImageConfig> {
  const top = await store.manifest(reference);
  const images = top.manifests === undefined ? [top] : await platforms(store, top.manifests);
  const configs = await Promise.all(images.map((one) => configOf(store, one)));
  const [first, ...others] = configs;
  if (first === undefined)
    throw new ResolverError("it has no image for linux", "give the container a command");
  if (others.some((one) => JSON.stringify(one) !== JSON.stringify(first)))
    throw new ResolverError(
      "it runs different commands on different platforms",
      "give the container a command",
    );
  return { ...first, digest: top.digest };
}

const platforms = (store: ImageStore, manifests: NonNullable<Manifest["manifests"]>): Promise<Manifest[]> =>
  Promise.all(
    manifests
      .filter(({ platform }) => platform === undefined || platform.os === "linux")
      .map(({ digest }) => store.manifest(digest)),
  );

async function configOf(
  store: ImageStore,
  { config }: { readonly config?: Descriptor },
): Promise<ImageConfig> {
  if (config === undefined)
    throw new ResolverError("it has no configuration", "give the container a command");
  const { config: run = {} } = JSON.parse((await store.blob(config.digest)).toString("utf8"));
  return { entrypoint: run.Entrypoint ?? [], cmd: run.Cmd ?? [] };
}

/** An image that was built here and is in no registry. */
async function fromEngine(image: string, signal: AbortSignal): Promise<ImageConfig | undefined> {
  for (const engine of ENGINES) {
    const words = ["image", "inspect", "--format", "{{json .}}", "--", image];
    const { failed, stdout } = await execa(engine, words, {
      reject: false,
      stdin: "ignore",
      cancelSignal: signal,
    });
    if (failed) continue;
    const { Config = {}, RepoDigests = [] } = JSON.parse(stdout);
    const digest = String(RepoDigests?.[0] ?? "").split("@")[1];
    return {
      entrypoint: Config.Entrypoint ?? [],
      cmd: Config.Cmd ?? [],
      ...defined({ digest }),
    };
  }
  return undefined;
}
