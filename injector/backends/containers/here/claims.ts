// Claims that the engine itself has, as volumes of that name: those go before the folders that baton keeps.

import { accessSync, constants } from "node:fs";
import type { Plan } from "../../../plan/model/plan.ts";
import { type Driver, NotHere } from "./driver.ts";

/** Directories by claim. Throws NotHere where one is no directory that baton may make others in. */
export async function claimsIn({ volumes }: Plan, driver: Driver): Promise<ReadonlyMap<string, string>> {
  const names = volumes.flatMap(({ source }) => (source.kind === "claim" ? source.claim : []));
  const found = await Promise.all(
    [...new Set(names)].map(async (name) => [name, await driver.volume(name)] as const),
  );
  return new Map(
    found.flatMap(([name, kept]) => {
      if (kept === undefined) return [];
      if (!kept.isDirectory || !isWritable(kept.path)) throw new NotHere();
      return [[name, kept.path] as const];
    }),
  );
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
