import { expect, test } from "vitest";
import { batonImage } from "../../images/baton.ts";
import { type Config, digestOf, list, reader } from "./_layout.ts";

const file = (name: string, mode = 0o644) => ({ name, mode, content: Buffer.from(name) });
const program = (architecture: string) => ({
  architecture,
  executable: Buffer.from(`for ${architecture}`),
  libraries: [
    file("lib/linux/libc.so.6", 0o755),
    { name: "lib64/ld.so", mode: 0o777, link: "/lib/linux/ld.so" },
  ],
  notices: [file("usr/share/doc/node/copyright")],
});
const entrypoints = { amd64: Buffer.from("e-amd64"), arm64: Buffer.from("e-arm64") };
const make = (...architectures: readonly string[]) =>
  batonImage(architectures.map(program), entrypoints, "1.2.3");
const image = make("amd64", "arm64");
const { manifest, blob, layer, index } = reader(image);

test("the CLI is a layer of its own, after what changes less", () => {
  const { layers, config } = manifest("arm64");
  const contents = layers.map(layer);
  expect(blob<Config>(config).rootfs.diff_ids).toEqual(contents.map(digestOf));
  expect(contents.map(list)).toEqual([
    [
      "drwxr-xr-x 0/0 etc/",
      "-rw-r--r-- 0/0 etc/group",
      "-rw-r--r-- 0/0 etc/nsswitch.conf",
      "-rw-r--r-- 0/0 etc/passwd",
      "drwxr-xr-x 0/0 lib/",
      "drwxr-xr-x 0/0 lib/linux/",
      "-rwxr-xr-x 0/0 lib/linux/libc.so.6",
      "drwxr-xr-x 0/0 lib64/",
      "lrwxrwxrwx 0/0 lib64/ld.so -> /lib/linux/ld.so",
      "drwxrwxrwt 0/0 tmp/",
      "drwxr-xr-x 0/0 work/",
    ],
    [
      "drwxr-xr-x 0/0 opt/",
      "drwxr-xr-x 0/0 opt/baton/",
      "drwxr-xr-x 0/0 opt/baton/linux-amd64/",
      "-r-xr-xr-x 0/0 opt/baton/linux-amd64/entrypoint",
      "drwxr-xr-x 0/0 opt/baton/linux-arm64/",
      "-r-xr-xr-x 0/0 opt/baton/linux-arm64/entrypoint",
    ],
    [
      "drwxr-xr-x 0/0 opt/",
      "drwxr-xr-x 0/0 opt/baton/",
      "-r-xr-xr-x 0/0 opt/baton/baton",
      "drwxr-xr-x 0/0 usr/",
      "drwxr-xr-x 0/0 usr/share/",
      "drwxr-xr-x 0/0 usr/share/doc/",
      "drwxr-xr-x 0/0 usr/share/doc/node/",
      "-rw-r--r-- 0/0 usr/share/doc/node/copyright",
    ],
  ]);
});

test("it runs the CLI in the folder for files, as nobody", () => {
  expect(blob<Config>(manifest("amd64").config).config).toMatchObject({
    User: "65532:65532",
    Entrypoint: ["/opt/baton/baton"],
    WorkingDir: "/work",
    Labels: { "org.opencontainers.image.title": "baton", "org.opencontainers.image.version": "1.2.3" },
  });
});

test("the same files make the same image", () => {
  expect(make("amd64", "arm64").digest).toBe(image.digest);
  expect(make("amd64").digest).not.toBe(image.digest);
  expect(index.manifests).toHaveLength(2);
});
