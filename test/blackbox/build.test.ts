// What `make build` promises of the native entrypoint.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const toolchain = join(root, "entrypoint/native/toolchain");
const arch = process.arch === "arm64" ? "arm64" : "amd64";
const product = `dist/linux-${arch}/entrypoint`;
const elsewhere = mkdtempSync(join(tmpdir(), "build-"));
afterAll(() => rmSync(elsewhere, { recursive: true }));

test("one static file of at most 1,000,000 bytes", async () => {
  const binary = readFileSync(join(root, "dist/entrypoint"));
  expect(binary.length).toBeLessThanOrEqual(1_000_000);
  const headers = await execa("readelf", ["--program-headers", join(root, "dist/entrypoint")]);
  expect(headers.stdout).toContain("LOAD");
  expect(headers.stdout).not.toContain("INTERP");
});

test("what is built is not built again", async () => {
  const again = await execa("make", ["--question", "dist/entrypoint"], { cwd: root, reject: false });
  expect(again.exitCode).toBe(0);
});

test("a clean build in another place makes the same bytes", async () => {
  for (const name of ["Makefile", "package.json", "package-lock.json", "entrypoint", "images", "tools"])
    cpSync(join(root, name), join(elsewhere, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, "node_modules"), join(elsewhere, "node_modules"));
  const env = { QUICKJS_SRC: join(root, "build/quickjs") };
  await execa("make", ["--silent", product], { cwd: elsewhere, env });
  expect(readFileSync(join(elsewhere, product)).equals(readFileSync(join(root, product)))).toBe(true);
}, 300_000);

test("an architecture without a native build is told what runs there instead", async () => {
  const refused = await execa(join(toolchain, "tools.sh"), ["s390x"], { reject: false });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("make dist/entrypoint.mjs");
});

test("missing packages are named with the command that installs them, where that may not be done", async () => {
  const refused = await execa("unshare", ["--user", join(toolchain, "tools.sh"), arch], {
    reject: false,
    // No dpkg to ask: everything counts as missing.
    env: { PATH: withOnly(["sh", "sed", "uname", "id", "grep"]) },
    extendEnv: false,
  });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(/missing for linux\/\w+:.* musl-tools/);
  expect(refused.stderr).toMatch(/cure: sudo sh -c 'apt-get install/);
});

test("a directory that is no QuickJS source is refused with the cure", async () => {
  const env = { QUICKJS_SRC: elsewhere };
  const refused = await execa(join(toolchain, "quickjs.sh"), [join(elsewhere, "quickjs")], {
    env,
    reject: false,
  });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("holds no quickjs.c");
  expect(refused.stderr).toMatch(/cure: .*QUICKJS_SRC/);
});

/** A PATH with these programs and no others. */
function withOnly(names: readonly string[]): string {
  const folder = mkdtempSync(join(elsewhere, "path-"));
  for (const name of [...names, "unshare"]) {
    const found = (process.env["PATH"] ?? "").split(":").map((directory) => join(directory, name));
    const file = found.find((one) => exists(one));
    if (file !== undefined) symlinkSync(file, join(folder, name));
  }
  return folder;
}

function exists(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
