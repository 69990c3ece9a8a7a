// What a run was read from, for its record: every text by its digest, and what was fetched by what pins it.
import { expect, test } from "vitest";
import { load } from "../../../injector/documents/load.ts";
import { sourceOf } from "../../../injector/references/fetch/source.ts";
import type { LockEntry } from "../../../injector/references/lock.ts";
import { imageUri } from "../../../injector/references/registry/uri.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const hex = (pair: string): string => pair.repeat(32);
const COMMIT = "c0".repeat(20);

const task = (name: string) =>
  `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: ${name}}\nspec: {steps: [{image: a, script: "true"}]}\n`;

test("a run knows every text that it was read from, and of a folder only what it uses", () => {
  const run =
    "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec: {tasks: [{name: t, taskRef: {name: used}}]}\n";
  const loaded = load([
    { path: "run.yaml", text: run },
    { path: "lib/used.yaml", text: task("used"), library: true },
    { path: "lib/other.yaml", text: task("other"), library: true },
  ]);
  const { target, sources } = resolve(loaded);
  expect(target).toBe("Pipeline/p");
  expect(sources.map(({ name }) => name)).toEqual(["run.yaml", "lib/used.yaml"]);
  expect(sources.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest["sha256"] ?? ""))).toBe(true);
});

test.each<[Omit<LockEntry, "sha256">, object]>([
  [
    {
      resolver: "git",
      params: { url: "https://me:secret@example.com/t.git?x", pathInRepo: "a.yaml" },
      pin: { commit: COMMIT },
    },
    {
      name: "a.yaml",
      uri: `git+https://example.com/t.git@${COMMIT}#a.yaml`,
      origin: { uri: "git+https://example.com/t.git", digest: { gitCommit: COMMIT } },
    },
  ],
  [
    { resolver: "http", params: { url: "https://example.com/t.yaml?token=secret" }, pin: {} },
    { name: "https://example.com/t.yaml", uri: "https://example.com/t.yaml" },
  ],
  [
    {
      resolver: "bundles",
      params: { bundle: "registry.example/t:1", name: "build" },
      pin: { digest: `sha256:${hex("0d")}` },
    },
    { name: "build", origin: { uri: "pkg:docker/registry.example/t@1", digest: { sha256: hex("0d") } } },
  ],
])("what $resolver fetched is known by what pins it, without credentials", (entry, expected) => {
  const digest = { sha256: hex("0e") };
  expect(sourceOf({ ...entry, ...digest })).toEqual({ digest, ...expected });
});

test.each([
  ["alpine:3.17", "pkg:docker/alpine@3.17?platform=linux%2Famd64"],
  ["docker.io/library/alpine", "pkg:docker/alpine@latest?platform=linux%2Famd64"],
  ["me/app", "pkg:docker/me/app@latest?platform=linux%2Famd64"],
  ["localhost:5000/a/b:1", "pkg:docker/localhost%3A5000/a/b@1?platform=linux%2Famd64"],
  [
    `r.example/a:1@sha256:${hex("0f")}`,
    `pkg:docker/r.example/a?digest=sha256:${hex("0f")}&platform=linux%2Famd64`,
  ],
])("the URI of %s", (image, uri) => {
  expect(imageUri(image, "linux/amd64")).toBe(uri);
});
