import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { entrypointImage } from "../../images/entrypoint.ts";
import { archive, type Layout } from "../../images/oci.ts";

const binaries = { amd64: Buffer.from("for amd64"), arm64: Buffer.alloc(1_000_000, 7) };
const image = entrypointImage(binaries, "1.2.3");

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly platform?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

test("every blob is what its digest and size say", () => {
  const blobs = [...image.files].filter(([name]) => name.startsWith("blobs/"));
  expect(blobs.length).toBe(7);
  for (const [name, content] of blobs)
    expect(name).toBe(`blobs/sha256/${createHash("sha256").update(content).digest("hex")}`);
});

test("the index names both platforms, and each runs the one file as an unprivileged user", () => {
  const [index] = read<{ manifests: Descriptor[] }>("index.json").manifests;
  expect(index).toMatchObject({
    digest: image.digest,
    annotations: { "io.containerd.image.name": "baton-entrypoint:1.2.3" },
  });
  const { manifests } = blob<{ manifests: Descriptor[] }>(index);
  expect(manifests.map(({ platform }) => platform)).toEqual([
    { os: "linux", architecture: "amd64" },
    { os: "linux", architecture: "arm64", variant: "v8" },
  ]);
  for (const manifest of manifests) {
    const { config, layers } = blob<{ config: Descriptor; layers: Descriptor[] }>(manifest);
    const described = blob<{ config: object; rootfs: { diff_ids: string[] } }>(config);
    expect(described.config).toMatchObject({ User: "65532:65532", Entrypoint: ["/ko-app/entrypoint"] });
    const layer = gunzipSync(bytes(layers[0]));
    expect(described.rootfs.diff_ids).toEqual([`sha256:${createHash("sha256").update(layer).digest("hex")}`]);
    expect(list(layer)).toEqual(["drwxr-xr-x 0/0 ko-app/", "-r-xr-xr-x 0/0 ko-app/entrypoint"]);
  }
});

test("the file in the layer is the binary", () => {
  const [index] = read<{ manifests: Descriptor[] }>("index.json").manifests;
  const [, arm64] = blob<{ manifests: Descriptor[] }>(index).manifests;
  const [layer] = blob<{ layers: Descriptor[] }>(arm64).layers;
  const content = execFileSync("tar", ["-xOf", "-", "ko-app/entrypoint"], {
    input: gunzipSync(bytes(layer)),
    maxBuffer: 2e6,
  });
  expect(content.equals(binaries.arm64)).toBe(true);
});

test("the same files make the same image, other files another", () => {
  expect(archive(entrypointImage(binaries, "1.2.3"), "amd64").equals(archive(image, "amd64"))).toBe(true);
  expect(entrypointImage({ amd64: Buffer.from("other") }, "1.2.3").digest).not.toBe(image.digest);
});

test("the archive is the layout, and for docker what one platform is made of", () => {
  expect(list(archive(image, "arm64")).map((line) => line.split(" ").at(-1))).toEqual([
    "blobs/",
    "blobs/sha256/",
    ...[...image.files.keys(), "manifest.json"].sort(),
  ]);
  const words = ["-xOf", "-", "manifest.json"];
  const [manifest] = JSON.parse(
    execFileSync("tar", words, { input: archive(image, "arm64"), maxBuffer: 4e6 }).toString(),
  );
  const config = JSON.parse(Buffer.from(image.files.get(manifest.Config) ?? "").toString());
  expect(config.architecture).toBe("arm64");
  expect(manifest.RepoTags).toEqual(["baton-entrypoint:1.2.3"]);
  expect(manifest.Layers.map((path: string) => image.files.has(path))).toEqual([true]);
  expect(list(archive(image, "s390x")).join("\n")).not.toContain("manifest.json");
});

test("what the image is stands where engines, registries and tools look", () => {
  const words = {
    "org.opencontainers.image.title": "baton-entrypoint",
    "org.opencontainers.image.version": "1.2.3",
  };
  const [index] = read<{ manifests: Descriptor[] }>("index.json").manifests;
  const described = blob<{ manifests: Descriptor[]; annotations: object }>(index);
  expect(described.annotations).toMatchObject(words);
  for (const descriptor of described.manifests) {
    const manifest = blob<{ annotations: object; config: Descriptor }>(descriptor);
    expect(manifest.annotations).toMatchObject(words);
    expect(blob<object>(manifest.config)).toMatchObject({ config: { Labels: words } });
  }
});

const read = <T>(name: string, layout: Layout = image): T =>
  JSON.parse(Buffer.from(layout.files.get(name) ?? "").toString()) as T;

const bytes = (descriptor: Descriptor | undefined): Uint8Array => {
  const content = image.files.get(`blobs/${descriptor?.digest.replace(":", "/")}`) ?? new Uint8Array();
  expect(content.length).toBe(descriptor?.size);
  return content;
};

const blob = <T>(descriptor: Descriptor | undefined): T =>
  JSON.parse(Buffer.from(bytes(descriptor)).toString()) as T;

/** Mode, owner and name of each entry, as the system's own tar reads them. */
const list = (content: Uint8Array): string[] =>
  execFileSync("tar", ["-tvf", "-", "--numeric-owner"], { input: content })
    .toString()
    .trim()
    .split("\n")
    .map((line) => {
      const [mode, owner, , , , name] = line.split(/\s+/);
      return `${mode} ${owner} ${name}`;
    });
