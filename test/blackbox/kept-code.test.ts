// What V8 has made of the CLI's text, kept between calls: it may be gone, cut or somebody else's, and nothing is different.
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const cli = join(import.meta.dirname, "../../dist/cli.mjs");
let cache = "";
const folder = () => join(cache, "baton/code");

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "baton-kept-"));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

const schema = async (environment = {}) => {
  const { stdout } = await execa(cli, ["schema"], { env: { XDG_CACHE_HOME: cache, ...environment } });
  return JSON.parse(stdout).$schema;
};

test("nothing is kept where Node's own variable says so", async () => {
  expect(await schema({ NODE_DISABLE_COMPILE_CACHE: "1" })).toContain("json-schema.org");
  expect(await readdir(cache)).toEqual([]);
});

test("it is kept once for each verb, for its owner alone, and used as it is", async () => {
  expect(await schema()).toContain("json-schema.org");
  const [name = "", ...others] = await readdir(folder());
  expect(name).toMatch(/-schema$/);
  expect(others).toEqual([]);
  const before = await stat(join(folder(), name));
  expect(before.mode & 0o077).toBe(0);
  expect(await schema()).toContain("json-schema.org");
  expect((await stat(join(folder(), name))).mtimeMs).toBe(before.mtimeMs);
});

test("half of it is made anew, and what other versions have left goes", async () => {
  const [name = ""] = await readdir(folder());
  const whole = await readFile(join(folder(), name));
  await truncate(join(folder(), name), whole.length >> 1);
  await writeFile(join(folder(), "anotherone-v20.0.0-x64-schema"), "");
  expect(await schema()).toContain("json-schema.org");
  expect(await readdir(folder())).toEqual([name]);
  expect((await stat(join(folder(), name))).size).toBeGreaterThan(whole.length >> 1);
});

test("a mistake keeps nothing", async () => {
  const words = ["validate", join(cache, "missing.yaml")];
  const { exitCode } = await execa(cli, words, { env: { XDG_CACHE_HOME: cache }, reject: false });
  expect(exitCode).toBe(2);
  expect((await readdir(folder())).filter((name) => name.endsWith("-validate"))).toEqual([]);
});
