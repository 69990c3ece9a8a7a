import { expect, test } from "vitest";
import { entrypointImage } from "../../images/entrypoint.ts";
import { archive } from "../../images/oci.ts";
import { type Config, digestOf, fileOf, list, reader } from "./_layout.ts";

const binaries = { amd64: Buffer.from("for amd64"), arm64: Buffer.alloc(1_000_000, 7) };
const image = entrypointImage(binaries, "1.2.3");
const { top, index, manifest, blob, layer } = reader(image);

test("every blob is named by its digest", () => {
  const blobs = [...image.files].filter(([name]) => name.startsWith("blobs/"));
  expect(blobs.length).toBe(7);
  for (const [name, content] of blobs) expect(name).toBe(`blobs/${digestOf(content).replace(":", "/")}`);
});

test("the index names both platforms, and each runs the one file as an unprivileged user", () => {
  expect(top).toMatchObject({
    digest: image.digest,
    annotations: { "io.containerd.image.name": "ghcr.io/baton-run/entrypoint:1.2.3" },
  });
  expect(index.manifests.map(({ platform }) => platform)).toEqual([
    { os: "linux", architecture: "amd64" },
    { os: "linux", architecture: "arm64", variant: "v8" },
  ]);
  for (const architecture of ["amd64", "arm64"] as const) {
    const { config, layers } = manifest(architecture);
    const described = blob<Config>(config);
    expect(described.config).toMatchObject({ User: "65532:65532", Entrypoint: ["/ko-app/entrypoint"] });
    const content = layer(layers[0]);
    expect(described.rootfs.diff_ids).toEqual([digestOf(content)]);
    expect(list(content)).toEqual(["drwxr-xr-x 0/0 ko-app/", "-r-xr-xr-x 0/0 ko-app/entrypoint"]);
    expect(fileOf(content, "ko-app/entrypoint").equals(binaries[architecture])).toBe(true);
  }
});

test("the same files make the same image, other files another", () => {
  expect(archive(entrypointImage(binaries, "1.2.3"), "amd64").equals(archive(image, "amd64"))).toBe(true);
  expect(entrypointImage({ amd64: Buffer.from("other") }, "1.2.3").digest).not.toBe(image.digest);
});

test("the archive is the layout, and for docker what one platform is made of", () => {
  const packed = archive(image, "arm64");
  expect(list(packed).map((line) => line.split(" ").at(-1))).toEqual([
    "blobs/",
    "blobs/sha256/",
    ...[...image.files.keys(), "manifest.json"].sort(),
  ]);
  const [saved] = JSON.parse(fileOf(packed, "manifest.json").toString());
  const config = JSON.parse(Buffer.from(image.files.get(saved.Config) ?? "").toString());
  expect(config.architecture).toBe("arm64");
  expect(saved.RepoTags).toEqual(["ghcr.io/baton-run/entrypoint:1.2.3"]);
  expect(saved.Layers.map((path: string) => image.files.has(path))).toEqual([true]);
  expect(list(archive(image, "s390x")).join("\n")).not.toContain("manifest.json");
});

test("what the image is stands where engines, registries and tools look", () => {
  const words = {
    "org.opencontainers.image.title": "baton-entrypoint",
    "org.opencontainers.image.version": "1.2.3",
  };
  expect(index.annotations).toMatchObject(words);
  for (const architecture of ["amd64", "arm64"]) {
    const { annotations, config } = manifest(architecture);
    expect(annotations).toMatchObject(words);
    expect(blob<Config>(config).config["Labels"]).toMatchObject(words);
  }
});
