// OCI images as plain data: an index of one manifest per platform, its blobs by their digests, and the two forms in
// which tools take them, a layout directory and the same directory as a tar archive. Nothing depends on the time, the
// machine or an engine, so that the same files make the same digest.

import { createHash } from "node:crypto";
import { gzipSync } from "fflate";
import { type Entry, tar } from "./tar.ts";

export interface PlatformImage {
  readonly os: "linux";
  readonly architecture: string;
  readonly variant?: string;
  readonly files: readonly Entry[];
}

export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** What is in a layout, by the path below it. `digest` is the index's: what a registry calls the image. */
export interface Layout {
  readonly digest: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** `reference` is the name and tag that tools load it under. */
export function imageLayout(
  reference: string,
  config: ImageConfig,
  platforms: readonly PlatformImage[],
): Layout {
  const store = new Map<string, Uint8Array>();
  const manifests = platforms.map((platform) => addPlatform(store, config, platform));
  const index = addJson(store, MEDIA.index, { schemaVersion: 2, mediaType: MEDIA.index, manifests });
  const annotations = {
    "io.containerd.image.name": reference,
    "org.opencontainers.image.ref.name": reference.slice(reference.lastIndexOf(":") + 1),
  };
  store.set("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  store.set(
    "index.json",
    json({ schemaVersion: 2, mediaType: MEDIA.index, manifests: [{ ...index, annotations }] }),
  );
  return { digest: index.digest, files: store };
}

/** The layout as one file, for `docker load`, `podman load`, `skopeo copy oci-archive:…`. */
export function archive({ files }: Layout): Buffer {
  const directories = ["blobs", "blobs/sha256"].map((name) => ({ name, mode: 0o755 }));
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return tar([...directories, ...entries.map(([name, content]) => ({ name, mode: 0o644, content }))]);
}

// --- Internal helpers ---

const MEDIA = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

const EPOCH = "1970-01-01T00:00:00Z";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function addPlatform(store: Map<string, Uint8Array>, config: ImageConfig, image: PlatformImage) {
  const { os, architecture, variant, files } = image;
  const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  const content = tar(files);
  // fflate's bytes are those of its version; zlib's are those of the machine.
  const layer = addBlob(store, MEDIA.layer, gzipSync(content, { level: 9, mtime: 0 }));
  const described = addJson(store, MEDIA.config, {
    created: EPOCH,
    ...platform,
    config,
    rootfs: { type: "layers", diff_ids: [digestOf(content)] },
    history: [{ created: EPOCH, created_by: "make images" }],
  });
  const manifest = { schemaVersion: 2, mediaType: MEDIA.manifest, config: described, layers: [layer] };
  return { ...addJson(store, MEDIA.manifest, manifest), platform };
}

const addJson = (store: Map<string, Uint8Array>, mediaType: string, value: unknown): Descriptor =>
  addBlob(store, mediaType, json(value));

function addBlob(store: Map<string, Uint8Array>, mediaType: string, content: Uint8Array): Descriptor {
  const digest = digestOf(content);
  store.set(`blobs/${digest.replace(":", "/")}`, content);
  return { mediaType, digest, size: content.length };
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const digestOf = (content: Uint8Array): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;
