// A layout as its readers see it: blobs by descriptor, each checked against its size and digest, and layers as the
// system's own tar lists them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import type { Layout } from "../../images/oci.ts";

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Config {
  readonly architecture: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

export interface Index {
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Reader {
  /** The one descriptor of index.json. */
  readonly top: Descriptor;
  readonly index: Index;
  /** Of the image for an architecture. */
  manifest(architecture: string): Manifest;
  blob<T>(descriptor: Descriptor | undefined): T;
  /** Unpacked. */
  layer(descriptor: Descriptor | undefined): Buffer;
}

export function reader({ files }: Layout): Reader {
  const bytes = (descriptor: Descriptor | undefined): Uint8Array => {
    const content = files.get(`blobs/${descriptor?.digest.replace(":", "/")}`) ?? new Uint8Array();
    expect({ size: content.length, digest: digestOf(content) }).toEqual({
      size: descriptor?.size,
      digest: descriptor?.digest,
    });
    return content;
  };
  const blob = <T>(descriptor: Descriptor | undefined): T =>
    JSON.parse(Buffer.from(bytes(descriptor)).toString()) as T;
  const { manifests } = JSON.parse(Buffer.from(files.get("index.json") ?? "").toString()) as Index;
  const top = manifests[0] as Descriptor;
  const index = blob<Index>(top);
  return {
    top,
    index,
    blob,
    manifest: (architecture) =>
      blob(index.manifests.find(({ platform }) => platform?.architecture === architecture)),
    layer: (descriptor) => gunzipSync(bytes(descriptor)),
  };
}

export const digestOf = (content: Uint8Array): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** Mode, owner and name of each entry, as the system's own tar reads them. */
export const list = (content: Uint8Array): string[] =>
  execFileSync("tar", ["-tvf", "-", "--numeric-owner"], { input: content })
    .toString()
    .trim()
    .split("\n")
    .map((line) => {
      const [mode, owner, , , , ...name] = line.split(/\s+/);
      return `${mode} ${owner} ${name.join(" ")}`;
    });

export const fileOf = (archive: Uint8Array, name: string): Buffer =>
  execFileSync("tar", ["-xOf", "-", name], { input: archive, maxBuffer: 4e6 });
