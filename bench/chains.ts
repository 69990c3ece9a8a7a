// What the ways to run a chain share: Baton's manifest of it, and an image of Tekton's entrypoint.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { archive, type ImageConfig, imageLayout } from "../images/oci.ts";
import { ARCHITECTURE, IMAGES } from "../test/e2e/_engines.ts";

export const TEKTON_IMAGE = "localhost/tekton/entrypoint:bench";

/** A Task as `baton compile` prints it for this backend. */
export function compiled(task: string, to: string, ...more: readonly string[]): string {
  const words = ["compile", "-", "--to", to, "-w", "name=data,emptyDir=", ...more];
  return baton([...words, "--entrypoint-image", IMAGES.entrypoint], task);
}

export function baton(words: readonly string[], input: string, environment = {}): string {
  const env = { ...process.env, ...environment };
  const argv = [resolve("dist/cli.mjs"), ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { env, input, encoding: "utf8" });
  if (status !== 0) throw new Error(`baton ${words.join(" ")}: exit code ${status}: ${stderr}`);
  return stdout;
}

/** The binary at Tekton's own place, and nothing else: it has to be static (CGO_ENABLED=0). */
export function tektonArchive(binary: string): Buffer {
  const files = [
    { name: "ko-app", mode: 0o755 },
    { name: "ko-app/entrypoint", mode: 0o755, content: readFileSync(binary) },
  ];
  const config: ImageConfig = { User: "0", Entrypoint: ["/ko-app/entrypoint"], WorkingDir: "/", Labels: {} };
  const platforms = [{ architecture: ARCHITECTURE, layers: [{ what: "entrypoint", files }] }];
  return archive(imageLayout({ reference: TEKTON_IMAGE, config, platforms }), ARCHITECTURE);
}
