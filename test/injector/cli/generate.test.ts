// baton generate: YAML to TypeScript and back, through files, as a user does it.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { call } from "./_terminal.ts";

const root = join(import.meta.dirname, "../../..");
const golden = join(root, "test/golden/sdk/release.yaml");

test("YAML becomes a module, and the module the same YAML", async () => {
  const dir = await mkdtemp(join(root, "build-"));
  try {
    const [module, back] = [join(dir, "release.ts"), join(dir, "release.yaml")];
    expect((await call(["generate", "ts", golden, "-o", module])).code).toBe(0);
    expect(await readFile(module, "utf8")).toContain('from "baton-run/sdk"');
    expect((await call(["generate", "yaml", module, "-o", back])).code).toBe(0);
    const [before, after] = [await objects(golden), await objects(back)];
    expect(after).toHaveLength(before.length);
    expect(after).toEqual(expect.arrayContaining(before));
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("mistakes in the YAML are told before anything is written", async () => {
  const dir = await mkdtemp(join(root, "build-"));
  try {
    await writeFile(join(dir, "bad.yaml"), "apiVersion: tekton.dev/v1\nkind: Task\nspec: {stpes: []}\n");
    expect((await call(["generate", "ts", join(dir, "bad.yaml"), "-o", join(dir, "out.ts")])).code).toBe(2);
    await expect(readFile(join(dir, "out.ts"))).rejects.toThrow("ENOENT");
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("a module can stand wherever YAML files can", async () => {
  expect((await call(["validate", join(root, "examples/sdk/release.ts")])).code).toBe(0);
  expect((await call(["validate", join(root, "examples/sdk/gone.ts")])).code).toBe(2);
});

const objects = async (file: string): Promise<unknown[]> =>
  parseAllDocuments(await readFile(file, "utf8")).map((document) => document.toJS());
