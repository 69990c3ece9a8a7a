// An image by its name: in a registry, or as `oci:DIR[:NAME]` in a directory of OCI's layout.

import { ResolverError } from "../resolver.ts";
import { type ImageStore, registryStore } from "./client.ts";
import { layoutStore } from "./layout.ts";
import { parseImage } from "./reference.ts";

export interface OpenImage {
  readonly store: ImageStore;
  /** Tag or digest within the store. */
  readonly reference: string;
}

/** Throws ResolverError where `name` is no image name. */
export function openImage(name: string, signal: AbortSignal): OpenImage {
  if (name.startsWith("oci:")) {
    const [folder = "", tag = "latest"] = name.slice("oci:".length).split(":");
    return { store: layoutStore(folder), reference: tag };
  }
  const image = parseImage(name);
  if (image === undefined)
    throw new ResolverError(`"${name}" is no image name`, "write it as registry/name:tag");
  return { store: registryStore(image, signal), reference: image.reference };
}
