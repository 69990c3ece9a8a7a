// OCI images as plain data: an index of one manifest per platform, its blobs by their digests, and the two forms in
// which tools take them, a layout directory and the same directory as a tar archive. Nothing depends on the time, the
// machine or an engine, so that the same files make the same digest.

import { gzipSync } from "fflate";
import { addAttestation } from "./attestation.ts";
import { addBlob, addJson, type Descriptor, digestOf, json, MEDIA, pathOf, type Store } from "./blobs.ts";
import { type Entry, tar } from "./tar.ts";

export interface Image {
  /** The name and tag that tools load it under. */
  readonly reference: string;
  readonly config: ImageConfig;
  readonly platforms: readonly PlatformImage[];
  /** The bill of materials of a platform's image, where one is to travel with it. */
  readonly sbom?: Sbom;
}

export type Sbom = (built: Manifest) => unknown;

/** The labels are also the annotations of the index and the manifests, where registries look. */
export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly Env?: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

export interface PlatformImage {
  /** Go's name. */
  readonly architecture: string;
  readonly layers: readonly Layer[];
}

export interface Layer {
  /** For `docker history`. */
  readonly what: string;
  readonly files: readonly Entry[];
}

/** What is in a layout, by the path below it. `digest` is the index's: what a registry calls the image. */
export interface Layout {
  readonly reference: string;
  readonly digest: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifests: readonly Manifest[];
}

export interface Manifest {
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly descriptor: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export function imageLayout({ reference, config, platforms, sbom }: Image): Layout {
  const store: Store = new Map();
  const built = platforms.map((platform) => addPlatform(store, config, platform));
  const attestations =
    sbom === undefined ? [] : built.map((one) => addAttestation(store, reference, one.descriptor, sbom(one)));
  const index = addJson(store, MEDIA.index, {
    schemaVersion: 2,
    mediaType: MEDIA.index,
    manifests: [...built.map(({ descriptor, platform }) => ({ ...descriptor, platform })), ...attestations],
    annotations: config.Labels,
  });
  const annotations = {
    "io.containerd.image.name": reference,
    "org.opencontainers.image.ref.name": reference.slice(reference.lastIndexOf(":") + 1),
  };
  store.set("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  store.set(
    "index.json",
    json({ schemaVersion: 2, mediaType: MEDIA.index, manifests: [{ ...index, annotations }] }),
  );
  return { reference, digest: index.digest, files: store, manifests: built };
}

/**
 * The layout as one file, for `podman load`, `skopeo copy oci-archive:…` and, by docker-save's manifest, for every
 * `docker load`: engines before version 25 know no layouts. It names one platform, the engine's.
 */
export function archive(layout: Layout, architecture: string): Buffer {
  const files = new Map(layout.files);
  const own = layout.manifests.find(({ platform }) => platform.architecture === architecture);
  if (own !== undefined) files.set("manifest.json", json([dockerManifest(layout.reference, own)]));
  const directories = ["blobs", "blobs/sha256"].map((name) => ({ name, mode: 0o755 }));
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return tar([...directories, ...entries.map(([name, content]) => ({ name, mode: 0o644, content }))]);
}

const EPOCH = "1970-01-01T00:00:00Z";
const VARIANTS: Readonly<Record<string, string>> = { arm64: "v8" };

function addPlatform(store: Store, config: ImageConfig, { architecture, layers }: PlatformImage): Manifest {
  const variant = VARIANTS[architecture];
  const platform = { os: "linux", architecture, ...(variant === undefined ? {} : { variant }) };
  const contents = layers.map(({ files }) => tar(files));
  const described = addJson(store, MEDIA.config, {
    created: EPOCH,
    ...platform,
    config,
    rootfs: { type: "layers", diff_ids: contents.map(digestOf) },
    history: layers.map(({ what }) => ({ created: EPOCH, created_by: what })),
  });
  const blobs = contents.map((content) => addBlob(store, MEDIA.layer, compress(content)));
  const descriptor = addJson(store, MEDIA.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: described,
    layers: blobs,
    annotations: config.Labels,
  });
  return { descriptor, platform, config: described, layers: blobs };
}

/** fflate's bytes are those of its version; zlib's are those of the machine. Level 9 takes half as long again for 0.1 %. */
const compress = (content: Uint8Array): Uint8Array => gzipSync(content, { level: 6, mtime: 0 });

const dockerManifest = (reference: string, { config, layers }: Manifest) => ({
  Config: pathOf(config.digest),
  RepoTags: [reference],
  Layers: layers.map(({ digest }) => pathOf(digest)),
});
