// A git repository made on the spot, and an OCI image layout of a Tekton bundle.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { execa } from "execa";
import { onTestFinished } from "vitest";

/** Gone with the test that asked for it. */
async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `baton-${name}-`));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Repository {
  readonly folder: string;
  /** Writes the files, commits them, and answers with the commit. */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
}

export async function makeRepository(): Promise<Repository> {
  const folder = await temporaryFolder("repository");
  const git = async (...words: string[]) => {
    const identity = [
      "-c",
      "user.name=Test",
      "-c",
      "user.email=test@example.org",
      "-c",
      "commit.gpgsign=false",
    ];
    return (await execa("git", ["-C", folder, ...identity, ...words])).stdout;
  };
  await git("init", "--quiet", "--initial-branch=main");
  return {
    folder,
    async commit(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      await git("add", "-A");
      await git("commit", "--quiet", "-m", "change");
      return git("rev-parse", "HEAD");
    },
  };
}

export interface Blob {
  readonly digest: string;
  readonly content: Buffer;
}

export interface Bundle {
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
}

export const blobOf = (content: Buffer): Blob => ({
  digest: `sha256:${createHash("sha256").update(content).digest("hex")}`,
  content,
});

/** An image as `tkn bundle push` makes it: one layer for each object, named by annotations. */
export function makeBundle(objects: readonly { kind: string; name: string; text: string }[]): Bundle {
  const config = blobOf(Buffer.from("{}"));
  const layers = objects.map((one) => ({ ...one, blob: blobOf(gzipSync(tar(one.name, one.text))) }));
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: layers.map(({ blob, kind, name }) => ({
      ...descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob),
      annotations: {
        "dev.tekton.image.apiVersion": "v1",
        "dev.tekton.image.kind": kind,
        "dev.tekton.image.name": name,
      },
    })),
  };
  return {
    manifest: blobOf(Buffer.from(JSON.stringify(manifest))),
    blobs: [config, ...layers.map(({ blob }) => blob)],
  };
}

export async function writeLayout(bundle: Bundle): Promise<string> {
  const folder = await temporaryFolder("layout");
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  for (const { digest, content } of [...bundle.blobs, bundle.manifest])
    await writeFile(join(folder, "blobs/sha256", digest.slice(7)), content);
  const index = {
    schemaVersion: 2,
    manifests: [descriptor("application/vnd.oci.image.manifest.v1+json", bundle.manifest)],
  };
  await writeFile(join(folder, "index.json"), JSON.stringify(index));
  return folder;
}

const descriptor = (mediaType: string, { digest, content }: Blob) => ({
  mediaType,
  digest,
  size: content.length,
});

function tar(name: string, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return Buffer.concat([header, body, padding, Buffer.alloc(1024)]);
}
