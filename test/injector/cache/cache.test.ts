// The cache from outside: what a plan asks of a step, and how its folder is looked after.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { actionResult, contentFile, entryFile, treeLine } from "../../../entrypoint/protocol/cache.ts";
import type { CacheRequest } from "../../../entrypoint/protocol/index.ts";
import { openCache } from "../../../injector/cache/folder.ts";
import { prune } from "../../../injector/cache/prune.ts";
import { contentIn, readEntries } from "../../../injector/cache/store.ts";
import { verifyCache } from "../../../injector/cache/verify.ts";
import { sizeAsked } from "../../../injector/cli/input/cache-options.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import type { PlanOptions } from "../../../injector/plan/model/plan-set.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const TASK = `
apiVersion: baton.run/v1alpha1
kind: Task
metadata: {name: t}
spec:
  steps:
    - name: a
      image: alpine@sha256:${"1".repeat(64)}
      script: make
      env: [{name: A, value: x}, {name: T, valueFrom: {secretKeyRef: {name: s, key: k}}}]
      results: [{name: r}]
      cache: {key: [$(steps.z.results.v)], ttl: 1h, ignore: [CI]}
    - {name: b, image: alpine, script: other}
`.replace("  steps:\n", "  steps:\n    - {name: z, image: i, script: z, results: [{name: v}]}\n");

const requests = (options: PlanOptions) => {
  const [one] = plan(resolve(load([{ path: "t.yaml", text: TASK }])), options).plans;
  return (one?.steps ?? []).map(({ flags, mounts }) => ({
    cache: flags.cache === undefined ? undefined : (JSON.parse(flags.cache) as CacheRequest),
    isMounted: mounts.some(({ path }) => path === "/tekton/cache"),
  }));
};

describe("a plan", () => {
  test("tells the steps that may be cached, and no other, where the cache is", () => {
    const [z, a, b] = requests({ cache: { source: { kind: "claim", claim: "c" }, run: "r" } });
    expect([z, b].map((one) => one?.cache ?? one?.isMounted)).toEqual([false, false]);
    expect(a?.isMounted).toBe(true);
    expect(a?.cache).toMatchObject({
      ...{ dir: "/tekton/cache", run: "r", key: ["$(steps.z.results.v)"], ttl: 3_600_000, ignore: ["CI"] },
      ...{ declared: ["A", "T"], secrets: ["T"], image: `sha256:${"1".repeat(64)}` },
    });
  });

  test("says nothing of it where none is asked for", () => {
    expect(requests({}).map(({ cache, isMounted }) => cache ?? isMounted)).toEqual([false, false, false]);
  });

  test("without mounts names the folder itself, and the directory that is chance", () => {
    const [, a] = requests({
      root: "/run/x",
      cache: { source: { kind: "folder", path: "/home/c" }, run: "r", programs: true },
    });
    expect(a?.cache).toMatchObject({ dir: "/home/c", root: "/run/x", programs: true });
  });
});

let folder: string;
beforeEach(() => {
  folder = openCache(join(mkdtempSync(join(tmpdir(), "baton-cache-")), "store"));
});
afterEach(() => rmSync(dirname(folder), { recursive: true }));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const NOW = Date.UTC(2030, 0, 1);

function put(file: string, content: string | Uint8Array, hoursAgo: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  const at = new Date(NOW - hoursAgo * 3_600_000);
  utimesSync(file, at, at);
}

function putContent(text: string, hoursAgo: number): string {
  put(contentFile(folder, sha256(text)), text, hoursAgo);
  return sha256(text);
}

/** An entry with one file of this content. */
function putEntry(name: string, text: string, hoursAgo: number): string {
  const key = sha256(name);
  const line = treeLine({
    type: "f",
    mode: 0o644,
    sha256: putContent(text, hoursAgo),
    size: text.length,
    path: "f",
  });
  const tree = putContent(line, hoursAgo);
  const output = {
    name: "o",
    type: "file",
    tree,
    mode: 0o644,
    size: text.length,
    uri: "file:///f",
    digest: { sha256: sha256(text) },
  };
  const entry = JSON.stringify({
    recipe: 1,
    key,
    run: name,
    at: "2030-01-01T00:00:00.000Z",
    outputs: [output],
    products: [],
  });
  put(
    entryFile(folder, key),
    actionResult({ sha256: putContent(entry, hoursAgo), size: entry.length }),
    hoursAgo,
  );
  return key;
}

const runsLeft = (): readonly string[] =>
  readEntries(folder)
    .flatMap((one) => ("entry" in one ? [one.entry.run] : []))
    .sort();

describe("pruning", () => {
  test("drops what was of no use for longest, until the rest is small enough", () => {
    putEntry("old", "o".repeat(1000), 30);
    putEntry("middle", "m".repeat(1000), 20);
    putEntry("young", "y".repeat(1000), 10);
    expect(prune(folder, { size: 10_000, now: NOW })).toMatchObject({ entries: 0, files: 0 });
    const pruned = prune(folder, { size: 3500, now: NOW });
    expect(pruned.entries).toBe(1);
    expect(pruned.size).toBeLessThanOrEqual(3500);
    expect(runsLeft()).toEqual(["middle", "young"]);
    expect(verifyCache(folder, false).problems).toEqual([]);
  });

  test("an entry that was taken lately is young, whenever it was made; content that two speak of stays with one", () => {
    putEntry("one", "same", 30);
    putEntry("two", "same", 20);
    const key = putEntry("taken", "other", 40);
    const lately = new Date(NOW - 3_600_000);
    utimesSync(entryFile(folder, key), lately, lately);
    prune(folder, { age: 25 * 3_600_000, now: NOW });
    expect(runsLeft()).toEqual(["taken", "two"]);
    expect(existsSync(contentFile(folder, sha256("same")))).toBe(true);
  });

  test("content that nobody speaks of goes when it is no longer young, and so does what was never finished", () => {
    putContent("lost", 2);
    putContent("being written", 0);
    const begun = join(dirname(contentFile(folder, sha256("x"))), ".0123.tmp");
    put(begun, "half", 2);
    prune(folder, { now: NOW });
    expect(contentIn(folder).map(({ name }) => name)).toEqual([sha256("being written")]);
    expect(existsSync(begun)).toBe(false);
  });

  test("follows no links out of the folder", () => {
    const outside = join(dirname(folder), "outside");
    put(join(outside, "f"), "mine", 100);
    symlinkSync(outside, join(folder, "cas/ab"));
    mkdirSync(join(folder, "cas/cd"));
    symlinkSync(join(outside, "f"), join(folder, "cas/cd", "cd".repeat(32)));
    prune(folder, { size: 0, age: 0, now: NOW });
    verifyCache(folder, true);
    expect(existsSync(join(outside, "f"))).toBe(true);
  });
});

test("verify says what is damaged, and repairs by removing it", () => {
  putEntry("whole", "whole", 1);
  const key = putEntry("gone", "gone", 1);
  rmSync(contentFile(folder, sha256("gone")));
  put(contentFile(folder, sha256("right")), "wrong", 1);
  put(entryFile(folder, sha256("none")), "no entry", 1);
  const { problems } = verifyCache(folder, true);
  expect(problems).toHaveLength(3);
  expect(problems.join("\n")).toContain(key);
  expect(verifyCache(folder, false)).toMatchObject({ entries: 1, problems: [] });
});

test("sizes are read as people write them", () => {
  expect(["7", "2K", "3Mi", "10GiB"].map(sizeAsked)).toEqual([7, 2048, 3 * 2 ** 20, 10 * 2 ** 30]);
  expect(() => sizeAsked("much")).toThrow(UserError);
});
