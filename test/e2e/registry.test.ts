// Bundles in a real registry: Debian's docker-registry, with a password, started for this file and gone with it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { load } from "../../injector/documents/load.ts";
import { fetchRefs } from "../../injector/references/fetch.ts";
import { lookUpCommands } from "../../injector/references/image-command.ts";
import { resolve } from "../../injector/resolve/resolve.ts";
import { type Bundle, blobOf, makeBundle } from "../injector/references/resolvers/_repository.ts";
import { type Registry, startRegistry } from "./_registry.ts";

// "registry-test", hashed once as `htpasswd -B` does: the registry reads nothing else.
const USER = {
  name: "robot",
  password: "registry-test",
  hash: "$2y$05$abcdefghijklmnopqrstuujed4HrDNXEIkguQ7k7wh1O2h6/GC./a",
};
const task = (image: string) =>
  `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: packed}\nspec: {steps: [{image: ${image}}]}\n`;

let registry: Registry;
let folder: string;
let host: string;
beforeAll(async () => {
  registry = await startRegistry(`${USER.name}:${USER.hash}\n`);
  ({ folder, host } = registry);
});
afterAll(() => registry.stop());

test("a bundle is pulled with the credentials of docker's config, and pinned by digest", async () => {
  const first = makeBundle([{ kind: "task", name: "packed", text: task("one") }]);
  await push("tasks/packed", "1", first);
  process.env["DOCKER_CONFIG"] = folder;
  await expect(imageOf()).rejects.toMatchObject({
    diagnostics: [{ cure: "log in to the registry (docker login)" }],
  });
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth: basic } } }));
  expect((await imageOf()).image).toBe("one");

  const { lock } = await imageOf();
  expect([...lock.values()]).toMatchObject([{ pin: { digest: first.manifest.digest } }]);
  await push("tasks/packed", "1", makeBundle([{ kind: "task", name: "packed", text: task("two") }]));
  expect((await imageOf({ lock, locked: true })).image).toBe("one");
  expect((await imageOf()).image).toBe("two");
});

test("what an image runs by itself is looked up there, and pinned by digest", async () => {
  process.env["DOCKER_CONFIG"] = folder;
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth: basic } } }));
  const first = imageThatRuns(["/bin/first"]);
  await push("tools/one", "1", first);
  const name = `${host}/tools/one:1`;
  const { commands, lock } = await lookUpCommands([name]);
  expect(commands.get(name)).toEqual({ entrypoint: ["/bin/first"], cmd: [], digest: first.manifest.digest });
  await push("tools/one", "1", imageThatRuns(["/bin/second"]));
  const locked = await lookUpCommands([name], { lock, locked: true });
  expect(locked.commands.get(name)?.entrypoint).toEqual(["/bin/first"]);
  expect((await lookUpCommands([name])).commands.get(name)?.entrypoint).toEqual(["/bin/second"]);
});

function imageThatRuns(Entrypoint: readonly string[]): Bundle {
  const config = blobOf(
    Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", config: { Entrypoint } })),
  );
  const content = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: config.digest,
      size: config.content.length,
    },
    layers: [],
  });
  return { manifest: blobOf(Buffer.from(content)), blobs: [config] };
}

const basic = Buffer.from(`${USER.name}:${USER.password}`).toString("base64");

async function imageOf(options: Parameters<typeof fetchRefs>[1] = {}) {
  const params = `[{name: bundle, value: "${host}/tasks/packed:1"}, {name: name, value: packed}, {name: kind, value: task}]`;
  const text = `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: r}\nspec: {taskRef: {resolver: bundles, params: ${params}}}\n`;
  const { loaded, lock } = await fetchRefs(load([{ path: "run.yaml", text }]), options);
  const step = resolve(loaded).tasks[0]?.spec.steps[0];
  return { lock, image: step?.kind === "step" ? step.step.image : undefined };
}

/** As the distribution API has it: every blob, then the manifest under its tag. */
async function push(repository: string, tag: string, { blobs, manifest }: Bundle): Promise<void> {
  const root = `http://${host}/v2/${repository}`;
  const headers = { authorization: `Basic ${basic}` };
  for (const { digest, content } of blobs) {
    const started = await fetch(`${root}/blobs/uploads/`, { method: "POST", headers });
    const place = new URL(started.headers.get("location") ?? "", root);
    place.searchParams.set("digest", digest);
    await accepted(fetch(place, { method: "PUT", headers, body: new Uint8Array(content) }));
  }
  const type = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
  const body = new Uint8Array(manifest.content);
  await accepted(
    fetch(`${root}/manifests/${tag}`, { method: "PUT", headers: { ...headers, ...type }, body }),
  );
}

async function accepted(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  expect([response.status, await response.text()]).toEqual([201, ""]);
}
