// The image of the entrypoint: one file FROM scratch, at Tekton's path, for every architecture that has been built.
// A Tekton controller takes it as its -entrypoint-image.

import { dirname } from "node:path";
import { ENTRYPOINT_REPOSITORY, IMAGE_BINARY } from "../entrypoint/protocol/index.ts";
import { labels, NOBODY } from "./identity.ts";
import { type ImageConfig, imageLayout, type Layout, type Sbom } from "./oci.ts";

/** Go's names of the architectures, each with its binary. */
export type Binaries = Readonly<Record<string, Uint8Array>>;

interface Options {
  /** Another name than its own. */
  readonly reference?: string;
  readonly sbom?: Sbom;
}

export function entrypointImage(
  binaries: Binaries,
  version: string,
  { reference = `${ENTRYPOINT_REPOSITORY}:${version}`, sbom }: Options = {},
): Layout {
  const folder = { name: dirname(IMAGE_BINARY).slice(1), mode: 0o755 };
  const platforms = Object.entries(binaries).map(([architecture, content]) => {
    const files = [folder, { name: IMAGE_BINARY.slice(1), mode: 0o555, content }];
    return { architecture, layers: [{ what: "the entrypoint", files }] };
  });
  return imageLayout({ reference, config: config(version), platforms, ...(sbom && { sbom }) });
}

const config = (version: string): ImageConfig => ({
  User: NOBODY,
  Entrypoint: [IMAGE_BINARY],
  WorkingDir: "/",
  Labels: labels("baton-entrypoint", "Waits for its turn, runs one command, says how it went.", version),
});
