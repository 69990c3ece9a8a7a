// An image in a directory of OCI's image layout: index.json and blobs/sha256/.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ResolverError } from "../resolver.ts";
import { type Descriptor, type ImageStore, parseManifest, verified } from "./client.ts";

const TAG = "org.opencontainers.image.ref.name";

/** References are digests, or the names that index.json gives; the only image there needs no name. */
export function layoutStore(folder: string): ImageStore {
  const blob = async (digest: string): Promise<Buffer> => {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest))
      throw new ResolverError(`"${digest}" is no digest`, "use sha256:…");
    return verified(await read(join(folder, "blobs/sha256", digest.slice("sha256:".length))), digest);
  };
  return {
    blob,
    async manifest(reference) {
      if (reference.startsWith("sha256:")) return parseManifest(await blob(reference));
      const { manifests } = JSON.parse((await read(join(folder, "index.json"))).toString("utf8"));
      const all: readonly Descriptor[] = manifests ?? [];
      const named = all.find((one) => one.annotations?.[TAG] === reference);
      const found = named ?? (all.length === 1 ? all[0] : undefined);
      if (found === undefined)
        throw new ResolverError(`${folder} holds no image "${reference}"`, "check the name of the image");
      return parseManifest(await blob(found.digest));
    },
  };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ResolverError(`cannot read ${file}: ${String(error)}`, "check the name of the image");
  }
}
