// The cache on the real binaries: what has been run before is taken as it was left, whatever else goes on in its folder.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BUILDS, type Build, NATIVE, REAL, type StepOptions, startStep } from "./_entrypoint.ts";
import { type RunFolder, runFolder } from "./_run.ts";

const COUNT = 300;
/** A tree of many files, a link, an empty directory; a file; a result; a word. */
const MAKE = `
mkdir -p out/tree/empty out/tree/d
i=0; while [ $i -lt ${COUNT} ]; do echo "file $i" > out/tree/d/$i; i=$((i + 1)); done
chmod 750 out/tree/d/7; ln -s d/7 out/tree/link; echo whole > out/file
echo one >> runs; echo said; printf result > results/r`;

function options(run: RunFolder, cache: string, more: object = {}): StepOptions {
  const outputs = ["tree", "file"].map((name) => ({ name, path: run.file(`out/${name}`) }));
  const ignore = Object.keys(run.marker);
  const request = { dir: cache, run: "one", key: ["k"], root: run.path, ignore, ...more };
  const flags = [
    "-artifacts",
    JSON.stringify({ outputs }),
    "-results",
    "r",
    "-cache",
    JSON.stringify(request),
  ];
  return { flags };
}

async function play(build: Build, cache: string, more: object = {}) {
  const run = runFolder();
  mkdirSync(run.file("out"), { recursive: true });
  mkdirSync(run.results, { recursive: true });
  const command = ["sh", "-ec", MAKE.replace("results/r", `'${run.results}/r'`)];
  const ended = await startStep(build, run, 0, command, options(run, cache, more)).ended;
  return { run, ended, ran: existsSync(run.file("runs")), status: run.status(0) };
}

const treeOf = (run: RunFolder): string =>
  execFileSync(
    "sh",
    [
      "-ec",
      "cd out; find . -printf '%y %m %p %l\\n' | LC_ALL=C sort; find . -type f | LC_ALL=C sort | xargs cat",
    ],
    {
      cwd: run.path,
      encoding: "utf8",
    },
  );

const cacheFolder = (): string => join(runFolder().path, "cache");

describe.each(BUILDS)("$name: cache", (build) => {
  test("what one run has left another takes: files, modes, links, results, words", async () => {
    const cache = cacheFolder();
    mkdirSync(cache);
    const first = await play(build, cache);
    expect(first).toMatchObject({ ran: true, ended: { code: 0 }, status: { cache: { hit: false } } });
    const second = await play(build, cache, { run: "two" });
    expect(second).toMatchObject({
      ran: false,
      ended: { code: 0 },
      status: { cache: { hit: true, from: "one" } },
    });
    expect(treeOf(second.run)).toBe(treeOf(first.run));
    expect(readFileSync(`${second.run.results}/r`, "utf8")).toBe("result");
    expect(second.ended.stdout).toBe("said\n");
    expect(readFileSync(second.run.termination(0), "utf8")).toContain(
      '{"key":"r","value":"result","type":1}',
    );
    const digests = ({ status }: typeof first) => status.artifacts?.outputs?.map(({ digest }) => digest);
    expect(digests(second)).toEqual(digests(first));
    expect(readdirSync(second.run.file("out")).sort()).toEqual(["file", "tree"]);
  });

  test("content that is damaged is a miss, and is whole again afterwards", async () => {
    const cache = cacheFolder();
    mkdirSync(cache);
    await play(build, cache);
    for (const file of contentOf(cache)) writeFileSync(file, "x".repeat(statSync(file).size));
    const second = await play(build, cache);
    expect(second).toMatchObject({ ran: true, ended: { code: 0 } });
    expect(second.ended.stderr).toContain("cache: not taken: ");
    expect((await play(build, cache)).ran).toBe(false);
  });
});

const contentOf = (cache: string): readonly string[] =>
  readdirSync(join(cache, "cas")).flatMap((prefix) =>
    readdirSync(join(cache, "cas", prefix)).map((name) => join(cache, "cas", prefix, name)),
  );

describe.each(REAL)("$name: cache", (build) => {
  test("several that keep the same at once do not disturb each other", async () => {
    const cache = cacheFolder();
    mkdirSync(cache);
    const all = await Promise.all(Array.from({ length: build.heavy ? 2 : 4 }, () => play(build, cache)));
    for (const one of all) {
      expect(one.ended.code).toBe(0);
      expect(treeOf(one.run)).toBe(treeOf((all[0] as typeof one).run));
    }
    expect((await play(build, cache)).ran).toBe(false);
    expect(contentOf(cache).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });
});

describe.each(NATIVE)("$name: cache", (build) => {
  test("killed while it keeps or takes, it leaves nothing that another would take for what it is not", async () => {
    const cache = cacheFolder();
    mkdirSync(cache);
    let whole: string | undefined;
    for (let round = 0; round < 12; round++) {
      if (round % 4 === 0) rmSync(cache, { recursive: true });
      mkdirSync(cache, { recursive: true });
      const run = runFolder();
      mkdirSync(run.file("out"), { recursive: true });
      mkdirSync(run.results, { recursive: true });
      const command = ["sh", "-ec", MAKE.replace("results/r", `'${run.results}/r'`)];
      const going = startStep(build, run, 0, command, options(run, cache));
      // Wherever it is by then: each time is another place, and any place will do.
      const timer = setTimeout(() => going.kill("SIGKILL"), 10 + round * 7);
      await going.ended;
      clearTimeout(timer);
      const next = await play(build, cache);
      expect(next.ended.code).toBe(0);
      whole ??= treeOf(next.run);
      expect(treeOf(next.run)).toBe(whole);
    }
  });
});
