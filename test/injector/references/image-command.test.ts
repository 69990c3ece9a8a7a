// What images run by themselves, from a directory in OCI's layout made on the spot.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  containerWords,
  lookUpCommands,
  stepWords,
  withImageCommands,
} from "../../../injector/references/image-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-layout-"));
  mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

test("entrypoint, command and digest are read, and pinned in the lock", async () => {
  const image = writeImage({ Entrypoint: ["/bin/tool"], Cmd: ["serve", "--all"] });
  writeIndex([{ digest: image, name: "example.org/tool:1" }]);
  const { commands, lock } = await lookUpCommands(["example.org/tool:1"], { layouts: [folder] });
  const command = { entrypoint: ["/bin/tool"], cmd: ["serve", "--all"], digest: image };
  expect([...commands]).toEqual([["example.org/tool:1", command]]);
  expect([...lock.values()]).toMatchObject([
    { resolver: "image", params: { image: "example.org/tool:1" }, pin: { digest: image } },
  ]);
});

test("what the lock pins is read even when the tag has moved", async () => {
  const first = writeImage({ Cmd: ["first"] });
  writeIndex([{ digest: first, name: "tool" }]);
  const { lock } = await lookUpCommands([`oci:${folder}:tool`]);
  writeIndex([{ digest: writeImage({ Cmd: ["second"] }), name: "tool" }]);
  const cmdOf = async (options: Parameters<typeof lookUpCommands>[1]) =>
    (await lookUpCommands([`oci:${folder}:tool`], options)).commands.get(`oci:${folder}:tool`)?.cmd;
  expect(await cmdOf({ lock, locked: true })).toEqual(["first"]);
  expect(await cmdOf({ lock, update: true })).toEqual(["second"]);
});

test("an index is one image where all its platforms run the same", async () => {
  const same = [writeImage({ Cmd: ["x"] }, "amd64"), writeImage({ Cmd: ["x"] }, "arm64")];
  writeIndex([{ digest: writeManifests(same), name: "tool" }]);
  const { commands } = await lookUpCommands([`oci:${folder}:tool`]);
  expect([...commands.values()]).toMatchObject([{ cmd: ["x"], digest: writeManifests(same) }]);
  writeIndex([{ digest: writeManifests([...same, writeImage({ Cmd: ["y"] })]), name: "tool" }]);
  await expect(lookUpCommands([`oci:${folder}:tool`])).rejects.toMatchObject({
    diagnostics: [{ code: "image-not-found", message: expect.stringContaining("different commands") }],
  });
});

test.each([
  { image: { entrypoint: ["/e"], cmd: ["c"] }, args: [], step: ["/e", "c"], container: ["/e", "c"] },
  { image: { entrypoint: ["/e"], cmd: ["c"] }, args: ["a"], step: ["/e", "a"], container: ["/e", "a"] },
  { image: { entrypoint: [], cmd: ["c", "d"] }, args: [], step: ["c", "d"], container: ["c", "d"] },
  { image: { entrypoint: [], cmd: ["c", "d"] }, args: ["a"], step: ["c", "d", "a"], container: ["a"] },
  { image: { entrypoint: [], cmd: ["$(x)"] }, args: ["$(y)"], step: ["$$(x)", "$(y)"], container: ["$(y)"] },
  { image: { entrypoint: [], cmd: [] }, args: ["a"], step: ["a"], container: ["a"] },
])(
  "of $image and $args a step runs $step, another container $container",
  ({ image, args, step, container }) => {
    expect(stepWords(image, args)).toEqual(step);
    expect(containerWords(image, args)).toEqual(container);
  },
);

test("steps follow Tekton's rule, sidecars Kubernetes'", () => {
  const shell = { image: "shell", args: ["-c", "true"] };
  const commands = new Map([["shell", { entrypoint: [], cmd: ["sh"], digest: "sha256:1" }]]);
  expect(withImageCommands({ steps: [shell], sidecars: [shell] }, commands)).toEqual({
    steps: [{ image: "shell@sha256:1", command: ["sh"], args: ["-c", "true"] }],
    sidecars: [{ image: "shell@sha256:1", command: ["-c"], args: ["true"] }],
  });
});

test("content that is not what its digest says is refused", async () => {
  const digest = writeImage({ Cmd: ["x"] });
  writeIndex([{ digest, name: "tool" }]);
  writeFileSync(join(folder, "blobs/sha256", digest.slice(7)), "{}");
  await expect(lookUpCommands([`oci:${folder}:tool`])).rejects.toMatchObject({
    diagnostics: [{ code: "image-not-found", message: expect.stringContaining(digest) }],
  });
});

test("all images that cannot be found are said at once; --locked refuses what is not pinned", async () => {
  await expect(lookUpCommands(["oci:/nowhere:a", "oci:/nowhere:b"])).rejects.toMatchObject({
    diagnostics: [{ code: "image-not-found" }, { code: "image-not-found" }],
  });
  await expect(lookUpCommands(["oci:/nowhere:a"], { locked: true })).rejects.toMatchObject({
    diagnostics: [{ code: "not-locked" }],
  });
});

function writeBlob(content: object): string {
  const text = JSON.stringify(content);
  const hex = createHash("sha256").update(text).digest("hex");
  writeFileSync(join(folder, "blobs/sha256", hex), text);
  return `sha256:${hex}`;
}

const writeImage = (config: object, architecture = "amd64"): string =>
  writeBlob({
    schemaVersion: 2,
    config: { digest: writeBlob({ architecture, os: "linux", config }) },
    layers: [],
  });

const writeManifests = (digests: readonly string[]): string =>
  writeBlob({ schemaVersion: 2, manifests: digests.map((digest) => ({ digest })) });

function writeIndex(images: readonly { digest: string; name: string }[]): void {
  const manifests = images.map(({ digest, name }) => ({
    digest,
    annotations: { "org.opencontainers.image.ref.name": name },
  }));
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
}
