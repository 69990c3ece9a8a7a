// Where the examples run: processes of this machine, or an engine of its own with the stand-ins in it.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDocker, startPodman } from "../e2e/_engines.ts";
import { importStandIns } from "./images.ts";
import type { Runner } from "./outcomes.ts";

export interface Backend extends Runner {
  stop(): Promise<void>;
}

export async function startBackend(name: string, images: readonly string[]): Promise<Backend> {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  if (name === "local") return startLocal(folder);
  const engine = name === "podman" ? startPodman() : await startDocker();
  importStandIns([...new Set(images)].sort(), folder, engine);
  const stop = async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { wrap: [], environment: { TMPDIR: folder, ...engine.environment }, words: ["--on", name], stop };
}

/**
 * Examples are written for images whose shell is busybox's: it is laid over the machine's, for these runs alone. Steps have a
 * /tmp of their own, so that what the machine lacks lies elsewhere.
 */
function startLocal(folder: string): Backend {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  symlinkSync("/bin/busybox", join(programs, "ash"));
  const shell = [
    "bwrap",
    "--dev-bind",
    "/",
    "/",
    "--ro-bind",
    "/bin/busybox",
    "/bin/sh",
    "--ro-bind",
    programs,
    "/mnt",
  ];
  const environment = { TMPDIR: folder, PATH: `/mnt:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin` };
  const stop = async () => rmSync(folder, { recursive: true, force: true });
  return { wrap: shell, environment, words: ["--on", "local"], stop };
}
