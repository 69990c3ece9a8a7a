// Where the cache is on this machine, and how its folder is made.

import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { contentDir, secretFile } from "../../entrypoint/protocol/cache.ts";

import { mistake } from "../diagnostics/diagnostic.ts";

/** `$XDG_CACHE_HOME/baton/cas`, by default `~/.cache/baton/cas` (XDG Base Directory Specification). */
export const cacheFolder = (environment: Readonly<Record<string, string | undefined>>): string =>
  join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "baton/cas");

/** The folder, there and ready. Throws UserError where it cannot be made or written. */
export function openCache(given: string): string {
  const folder = resolve(given);
  try {
    mkdirSync(join(folder, "ac"), { recursive: true });
    mkdirSync(contentDir(folder), { recursive: true });
    accessSync(folder, constants.W_OK);
    makeSecret(secretFile(folder));
  } catch (error) {
    const why = (error as Error).message;
    throw mistake(
      "file-unwritable",
      `the cache ${folder} cannot be written: ${why}`,
      "name a folder with --cache DIR",
    );
  }
  return folder;
}

/** Of this folder alone, and never shared: what secrets in keys are hashed with. */
function makeSecret(file: string): void {
  if (existsSync(file)) return;
  try {
    writeFileSync(file, randomBytes(32).toString("hex"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
