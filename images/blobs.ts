// Content by its digest, as OCI's layouts and registries keep it.

import { createHash } from "node:crypto";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** By the path below a layout. */
export type Store = Map<string, Uint8Array>;

export const MEDIA = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  statement: "application/vnd.in-toto+json",
} as const;

export const addJson = (store: Store, mediaType: string, value: unknown): Descriptor =>
  addBlob(store, mediaType, json(value));

export function addBlob(store: Store, mediaType: string, content: Uint8Array): Descriptor {
  const digest = digestOf(content);
  store.set(pathOf(digest), content);
  return { mediaType, digest, size: content.length };
}

export const pathOf = (digest: string): string => `blobs/${digest.replace(":", "/")}`;

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const digestOf = (content: Uint8Array): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;
