// What our executables and images are made of.

import { digestOf } from "../blobs.ts";
import { type Component, contains, links, loads, type Part } from "./component.ts";
import { debianComponents } from "./debian.ts";

/** What one architecture's executables were made from. */
export interface Materials {
  readonly version: string;
  readonly architecture: string;
  readonly quickjs: Component;
  /** npm packages in the entrypoint's bundle. */
  readonly entrypointPackages: readonly Component[];
  /** dpkg's records of what the entrypoint is linked with. */
  readonly linked: string;
  readonly node: Component;
  /** npm packages in the CLI's bundle. */
  readonly cliPackages: readonly Component[];
  /** dpkg's records of what the CLI loads. */
  readonly loaded: string;
}

export const entrypointComponent = (binary: Uint8Array, materials: Materials): Component =>
  executable("entrypoint", "the entrypoint of a step", binary, materials, [
    links(materials.quickjs),
    ...debianComponents(materials.linked).map(links),
    ...materials.entrypointPackages.map(contains),
  ]);

export const cliComponent = (binary: Uint8Array, materials: Materials): Component =>
  executable("baton", "the command line, with Node in it", binary, materials, [
    contains(materials.node),
    ...materials.cliPackages.map(contains),
    ...debianComponents(materials.loaded).map(loads),
  ]);

/** `digest` is the manifest's. */
export const imageComponent = (
  name: string,
  version: string,
  architecture: string,
  digest: string,
  parts: readonly Component[],
): Component => ({
  kind: "image",
  name,
  version,
  architecture,
  license: LICENSE,
  supplier: US,
  summary: `image for linux/${architecture}`,
  digest: sha256(digest),
  parts: parts.map(contains),
});

const LICENSE = "Apache-2.0";
const US = "Organization: Baton";

const executable = (
  name: string,
  summary: string,
  binary: Uint8Array,
  { version, architecture }: Materials,
  parts: readonly Part[],
): Component => ({
  kind: "file",
  name,
  version,
  architecture,
  summary,
  license: LICENSE,
  supplier: US,
  digest: sha256(digestOf(binary)),
  parts,
});

const sha256 = (digest: string) => ({ algorithm: "SHA256" as const, value: digest.replace("sha256:", "") });
