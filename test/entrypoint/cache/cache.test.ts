// A step that may be cached, on the memory host: what is a hit, what a miss, and what no entry can do.
import { beforeEach, describe, expect, test } from "vitest";
import {
  actionResult,
  contentFile,
  entryFile,
  parseActionResult,
} from "../../../entrypoint/protocol/cache.ts";
import { type CacheRequest, metadataDir } from "../../../entrypoint/protocol/index.ts";
import { boot, exitOf, type Given, messageAt, statusAt, World } from "../_world.ts";

const OUT = "/workspace/out";
const request = (more: Partial<CacheRequest> = {}): string =>
  JSON.stringify({ dir: "/tekton/cache", run: "first", image: "sha256:i", ...more });

let world: World;
let runs: number;
beforeEach(() => {
  world = new World();
  runs = 0;
  world.files.makeDirectory("/tekton/cache/cas");
  world.files.makeDirectory("/tekton/results");
  world.files.makeDirectory("/workspace");
});

/** Leaves a tree, a file, two results and a word. */
const programs = {
  make: ({ argv, files }: { readonly argv: readonly string[]; readonly files: World["files"] }) => {
    runs += 1;
    files.makeDirectory(`${OUT}/deep`);
    files.publish(`${OUT}/deep/x`, argv[1] ?? "made", 0o750);
    files.link(`${OUT}/link`, "deep/x");
    files.publish("/workspace/file", "whole", 0o644);
    files.publish("/tekton/results/r", "task's", 0o644);
    files.publish(`${metadataDir(0)}/results/own`, "step's", 0o644);
    return argv[2] === undefined ? 0 : Number(argv[2]);
  },
};

async function play(given: Given = {}, cache = request()) {
  world.files.remove("/tekton/run");
  world.files.remove(OUT);
  world.files.remove("/tekton/results");
  world.files.makeDirectory("/tekton/results");
  const artifacts = JSON.stringify({
    outputs: [
      { name: "tree", path: OUT },
      { name: "file", path: "/workspace/file" },
    ],
  });
  const results = { results: ["r"], step_results: ["own"] };
  const step = boot(world, 0, { command: ["make"], artifacts, ...results, programs, cache, ...given });
  const code = await exitOf(world, step);
  return { code: code ?? (await step.exit), status: statusAt(world, 0), logged: step.host.logged.join("\n") };
}

const text = (path: string) => world.files.read(path, 1e6);

describe("what has been run before", () => {
  test("is not run again: its outputs and results are there, with their digests, and the run that made them", async () => {
    const first = await play();
    const message = messageAt(world, 0);
    expect(first.status?.cache).toMatchObject({ hit: false });
    const again = await play({}, request({ run: "second" }));
    expect(runs).toBe(1);
    expect(again.code).toBe(0);
    expect(again.status?.cache).toEqual({ key: first.status?.cache?.key, hit: true, from: "first" });
    expect(again.status?.artifacts).toEqual(first.status?.artifacts);
    expect(text(`${OUT}/deep/x`)).toBe("made");
    expect(world.files.stat(`${OUT}/deep/x`)?.mode).toBe(0o750);
    expect(world.files.readLink(`${OUT}/link`)).toBe("deep/x");
    expect(text("/workspace/file")).toBe("whole");
    expect(messageAt(world, 0)).toMatchObject({ r: message["r"], own: message["own"] });
    expect(again.logged).toContain("cache: taken from run first");
    expect(world.files.list("/workspace")).toEqual(["file", "out"]);
  });

  test("replaces what is in the way; of a mount, what is in it", async () => {
    await play();
    world.files.publish(`${OUT}/old`, "old", 0o644);
    world.files.makeDirectory(`${OUT}/deep/older`);
    await play({}, request({ mounts: [OUT] }));
    expect(runs).toBe(1);
    expect(world.files.list(OUT)).toEqual(["deep", "link"]);
  });

  test.each([
    ["another word", { command: ["make", "other"] }, request()],
    ["another variable", { environment: ["A=1"] }, request()],
    ["another image", {}, request({ image: "sha256:j" })],
    ["another key", {}, request({ key: ["k"] })],
    ["another result", { step_results: ["own", "more"] }, request()],
    [
      "a variable that is declared, whatever it is called",
      { environment: ["HOSTNAME=h"] },
      request({ declared: ["HOSTNAME"] }),
    ],
  ])("is something else with %s", async (_what, given, cache) => {
    await play();
    expect((await play(given, cache)).status?.cache?.hit).toBe(false);
    expect(runs).toBe(2);
  });

  test.each([
    [
      "a variable of the pod",
      { environment: ["HOSTNAME=h", "KUBERNETES_PORT=1", "A_SERVICE_HOST=x"] },
      request(),
    ],
    ["a variable that is to be ignored", { environment: ["CI=1"] }, request({ ignore: ["CI"] })],
    ["another run", {}, request({ run: "other" })],
  ])("is the same with %s", async (_what, given, cache) => {
    await play({}, cache);
    await play(given, cache);
    expect(runs).toBe(1);
  });

  test("is too old where it is older than asked", async () => {
    await play();
    await world.clock.run();
    world.clock.now += 61_000;
    expect((await play({}, request({ ttl: 60_000 }))).logged).toContain(
      "cache: not taken: its entry is too old",
    );
    expect((await play({}, request({ ttl: 60_000 }))).status?.cache?.hit).toBe(true);
  });
});

test("a failure is not kept", async () => {
  await play({ command: ["make", "x", "3"] });
  await play({ command: ["make", "x", "3"] });
  expect(runs).toBe(2);
  expect(world.files.list("/tekton/cache/ac")).toBeUndefined();
});

test("a step that nothing says the image of is not cached, and says why", async () => {
  const { image: _image, ...rest } = JSON.parse(request());
  const played = await play({}, JSON.stringify(rest));
  expect(played.status?.cache).toEqual({ hit: false });
  expect(played.logged).toContain("cache: not used: nothing says which image");
});

test("a secret enters the key by a hash of this store alone, and is nowhere in it", async () => {
  const secret = { environment: ["TOKEN=s3cr3t-value"] };
  const cache = request({ secrets: ["TOKEN"] });
  const one = await play(secret, cache);
  expect((await play(secret, cache)).status?.cache?.hit).toBe(true);
  expect((await play({ environment: ["TOKEN=other"] }, cache)).status?.cache?.hit).toBe(false);
  expect(world.files.stat("/tekton/cache/secret")?.mode).toBe(0o600);
  world.files.remove("/tekton/cache/secret");
  world.files.publish("/tekton/cache/secret", "f".repeat(64), 0o600);
  expect((await play(secret, cache)).status?.cache?.key).not.toBe(one.status?.cache?.key);
});

describe("an entry that is not what it should be is a miss, said in a line", () => {
  const entryOf = (key: string) => {
    const digest = parseActionResult(
      world.files.readBytes(entryFile("/tekton/cache", key), 4096) ?? new Uint8Array(),
    );
    return {
      digest: digest ?? "",
      entry: JSON.parse(text(contentFile("/tekton/cache", digest ?? "")) ?? "{}"),
    };
  };
  const forge = (key: string, entry: object) => {
    const forged = JSON.stringify(entry);
    const sha256 = world.files.sha256Of(forged);
    world.files.makeDirectory(contentFile("/tekton/cache", sha256).replace(/\/[^/]*$/, ""));
    world.files.publish(contentFile("/tekton/cache", sha256), forged, 0o644);
    world.files.publish(
      entryFile("/tekton/cache", key),
      actionResult({ sha256, size: forged.length }),
      0o644,
    );
  };
  const cases: readonly (readonly [string, (key: string) => void])[] = [
    ["cut short", (key) => world.files.publish(entryFile("/tekton/cache", key), "\x12", 0o644)],
    [
      "of nothing that is there",
      (key) => world.files.remove(contentFile("/tekton/cache", entryOf(key).digest)),
    ],
    [
      "a link",
      (key) => {
        world.files.remove(entryFile("/tekton/cache", key));
        world.files.link(entryFile("/tekton/cache", key), "/workspace/file");
      },
    ],
    [
      "changed under its digest",
      (key) => world.files.publish(contentFile("/tekton/cache", entryOf(key).digest), "{}", 0o644),
    ],
    ["that of another key", (key) => forge(key, { ...entryOf(key).entry, key: "0".repeat(64) })],
    ["without an output", (key) => forge(key, { ...entryOf(key).entry, outputs: [] })],
    [
      "of results that are none of the step's",
      (key) => {
        const { entry } = entryOf(key);
        forge(key, { ...entry, products: entry.products.map((one: object) => ({ ...one, name: "theirs" })) });
      },
    ],
    [
      "of an output that has other digests than it says",
      (key) => {
        const { entry } = entryOf(key);
        const [tree, file] = entry.outputs;
        forge(key, { ...entry, outputs: [{ ...tree, digest: { dirHash: "1".repeat(64) } }, file] });
      },
    ],
    [
      "of a file that is damaged",
      (key) => {
        const tree = text(contentFile("/tekton/cache", entryOf(key).entry.outputs[0].tree)) ?? "";
        const sha256 = /^f \d+ (\w+)/m.exec(tree)?.[1] ?? "";
        world.files.publish(contentFile("/tekton/cache", sha256), "evil", 0o644);
      },
    ],
  ];
  test.each(cases)("%s", async (_what, spoil) => {
    const first = await play();
    spoil(first.status?.cache?.key ?? "");
    const second = await play();
    expect(second.logged).toMatch(/^cache: not taken: .+$/m);
    expect({ code: second.code, runs, hit: second.status?.cache?.hit }).toEqual({
      code: 0,
      runs: 2,
      hit: false,
    });
    expect(text(`${OUT}/deep/x`)).toBe("made");
    expect((await play()).status?.cache?.hit).toBe(true);
  });
});

test("a store that cannot be written keeps nothing, and the step has succeeded all the same", async () => {
  const fault = (operation: string, path: string) =>
    path.startsWith("/tekton/cache") && ["publish", "transfer"].includes(operation) ? "ENOSPC" : undefined;
  const played = await play({ fault });
  expect(played).toMatchObject({ code: 0, status: { state: "succeeded", cache: { hit: false } } });
  expect(played.logged).toContain("cache: not kept: ");
});

test("killed at any call, it leaves nothing that the next run would take for what it is not", async () => {
  for (let at = 0; at < 60; at++) {
    world = new World();
    for (const path of ["/tekton/cache/cas", "/tekton/results", "/workspace"])
      world.files.makeDirectory(path);
    let calls = 0;
    const fault = (_operation: string, path: string) =>
      path.startsWith("/tekton/cache") && calls++ === at ? "killed" : undefined;
    const artifacts = JSON.stringify({ outputs: [{ name: "tree", path: OUT }] });
    const killed = boot(world, 0, { command: ["make"], artifacts, programs, cache: request(), fault });
    await exitOf(world, killed);
    const played = await play();
    expect({ at, code: played.code, x: text(`${OUT}/deep/x`) }).toEqual({ at, code: 0, x: "made" });
    expect((await play()).status?.cache?.hit).toBe(true);
  }
});
