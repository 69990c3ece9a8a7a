// For those who embed the entrypoint in an orchestrator of their own: where the binary is, which image holds it, and which
// protocol it speaks. The npm package has it as `baton-run/entrypoint`.

import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ENTRYPOINT_REPOSITORY, PROTOCOL_VERSION } from "../../entrypoint/protocol/index.ts";
import { VERSION } from "../documents/version.ts";

/** `name:tag` of the image that holds the entrypoint of this version, at `/ko-app/entrypoint`, for every architecture. */
export const ENTRYPOINT_IMAGE = `${ENTRYPOINT_REPOSITORY}:${VERSION}`;

/** The version of the protocol (its page: entrypoint/protocol/README.md of the package). */
export const PROTOCOL: number = PROTOCOL_VERSION;

export type Architecture = "amd64" | "arm64";

/**
 * The static Linux binary for an architecture, by Go's name or Node's (`x64`); by default that of this machine.
 * Throws where this copy of the package has none for it.
 */
export function entrypointPath(architecture: string = process.arch): string {
  const name = architecture === "x64" ? "amd64" : architecture;
  const here = import.meta.dirname;
  for (const folder of [here, dirname(here), join(here, "../../dist")]) {
    const file = join(folder, `linux-${name}/entrypoint`);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  }
  throw new Error(`this copy of baton-run has no entrypoint for linux/${name}`);
}
