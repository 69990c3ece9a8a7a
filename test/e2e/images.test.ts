// The images in real engines: loaded from the archive that `make images` writes, and used as a pod uses them.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
const ENTRYPOINT = join(ROOT, "dist/images/entrypoint.tar");
const entrypoint = `baton-entrypoint:${version}`;

const LOCKED = [
  ...["--rm", "--network", "none", "--read-only", "--cap-drop", "ALL"],
  ...["--security-opt", "no-new-privileges"],
];

test("the entrypoint for two architectures is at most 1.1 MB", () => {
  expect(statSync(ENTRYPOINT).size).toBeLessThanOrEqual(1_100_000);
});

test("skopeo reads the archive as an OCI layout with both platforms", () => {
  const words = ["inspect", "--raw", `oci-archive:${ENTRYPOINT}`];
  const { manifests } = JSON.parse(spawnSync("skopeo", words, { encoding: "utf8" }).stdout);
  const platforms = manifests.map((one: { platform: { architecture: string } }) => one.platform.architecture);
  expect(platforms).toEqual(["amd64", "arm64"]);
});

describe.each([
  ["podman", startPodman],
  ["docker", startDocker],
] as const)("%s", (_name, start) => {
  let engine: Engine;
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  beforeAll(async () => {
    engine = await start();
  });
  afterAll(async () => {
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...words: readonly string[]) => {
    const { code, stdout, stderr } = engine.run(["run", ...LOCKED, ...words]);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };

  test("loads the entrypoint, which copies itself into a volume as an init container", () => {
    const loaded = engine.run(["load", "-i", ENTRYPOINT]);
    expect(loaded.code, loaded.stderr).toBe(0);
    expect(loaded.stdout).toContain(entrypoint);
    const bin = join(folder, "bin");
    mkdirSync(bin);
    // As an emptyDir is.
    chmodSync(bin, 0o777);
    run("-v", `${bin}:/tekton/bin`, entrypoint, "cp", "/ko-app/entrypoint", "/tekton/bin/entrypoint");
    expect(run("-v", `${bin}:/tekton/bin:ro`, IMAGES.busybox, "/bin/ls", "-ln", "/tekton/bin")).toMatch(
      /^-r-xr-xr-x .* 65532 +65532 .* entrypoint$/m,
    );
    const step = ["-entrypoint", "/bin/echo", "--", "it runs"];
    expect(run("-v", `${bin}:/tekton/bin:ro`, IMAGES.busybox, "/tekton/bin/entrypoint", ...step)).toBe(
      "it runs",
    );
  });
});
