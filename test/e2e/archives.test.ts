// The archives that `make images` writes: their size, what is said of them, and that another build makes the same.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { digestOf, type Index } from "../images/_layout.ts";
import { faults, packagesOf, type Spdx } from "../images/_spdx.ts";
import { ROOT } from "./_baton.ts";
import { ARCHITECTURE } from "./_engines.ts";

/** Another one is to be looked at before it is shipped. */
const LICENSES = new Set([
  ...["Apache-2.0", "ISC", "LGPL-2.1-or-later", "MIT", "Unlicense"],
  "GPL-3.0-or-later WITH GCC-exception-3.1",
]);

test("the entrypoint for two architectures is at most 1.1 MB", () => {
  expect(statSync(join(ROOT, "dist/images/entrypoint.tar")).size).toBeLessThanOrEqual(1_100_000);
});

describe.each([
  [
    "entrypoint",
    ["baton-entrypoint", "entrypoint", "quickjs", "musl-dev", "libssl-dev", "@marcbachmann/cel-js"],
  ],
  ["baton", ["baton", "node", "execa", "yaml", "libc6", "libstdc++6", "libgcc-s1", "entrypoint", "quickjs"]],
])("the archive of %s", (name, expected) => {
  const archive = `oci-archive:${join(ROOT, "dist/images", name)}.tar`;
  const beside = JSON.parse(readFileSync(join(ROOT, `dist/images/${name}.spdx.json`), "utf8")) as Spdx;

  test("is an OCI layout with both platforms, as skopeo reads it, and what is said of each", () => {
    const words = ["inspect", "--raw", archive];
    const { manifests } = JSON.parse(spawnSync("skopeo", words, { encoding: "utf8" }).stdout) as Index;
    const [amd64, arm64, ...attestations] = manifests;
    expect([amd64, arm64].map((one) => one?.platform?.architecture)).toEqual(["amd64", "arm64"]);
    const subjects = attestations.map(({ annotations }) => annotations?.["vnd.docker.reference.digest"]);
    expect(subjects).toEqual([amd64?.digest, arm64?.digest]);
    const images = packagesOf(beside).filter(({ SPDXID }) => SPDXID.startsWith("SPDXRef-image-"));
    const digests = images.map(({ checksums }) => `sha256:${checksums?.[0]?.checksumValue}`);
    expect(digests).toEqual(subjects);
  });

  test("has a bill of materials with every part and licences that we know", () => {
    expect(faults(beside)).toEqual([]);
    expect(packagesOf(beside).map((one) => one.name)).toEqual(expect.arrayContaining(expected));
    const licenses = new Set(packagesOf(beside).map(({ licenseDeclared }) => licenseDeclared));
    expect([...licenses].filter((license) => !LICENSES.has(license))).toEqual([]);
    for (const architecture of ["amd64", "arm64"]) {
      const binary = digestOf(readFileSync(join(ROOT, `dist/linux-${architecture}/entrypoint`)));
      const named = packagesOf(beside).find(({ SPDXID }) =>
        new RegExp(`^SPDXRef-file-entrypoint-.*-${architecture}$`).test(SPDXID),
      );
      expect(`sha256:${named?.checksums?.[0]?.checksumValue}`).toBe(binary);
    }
  });
});

describe("another build", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "images-again-"));
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  test("of the executable in another folder is the same bytes", () => {
    mkdirSync(join(elsewhere, "build"));
    for (const name of ["tools", "build/cli.cjs"])
      cpSync(join(ROOT, name), join(elsewhere, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(elsewhere, "node_modules"));
    const words = ["tools/single-executable.mjs", "build/cli.cjs", "baton", "--", "--version"];
    const node = join(ROOT, `build/node/${ARCHITECTURE}/node`);
    execFileSync(node, words, { cwd: elsewhere, stdio: "ignore" });
    const first = readFileSync(join(ROOT, `build/images/${ARCHITECTURE}/baton`));
    expect(readFileSync(join(elsewhere, "baton")).equals(first)).toBe(true);
  });

  test("of the images is the same archives and bills of materials", () => {
    execFileSync("node", ["build/images.mjs", elsewhere], { cwd: ROOT, stdio: "ignore" });
    for (const file of ["entrypoint.tar", "entrypoint.spdx.json", "baton.tar", "baton.spdx.json"])
      expect([file, digestOf(readFileSync(join(elsewhere, file)))]).toEqual([
        file,
        digestOf(readFileSync(join(ROOT, "dist/images", file))),
      ]);
  });
});
