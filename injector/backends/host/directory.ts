// The private directory of a run: made for it, owned by this process, gone after it. Directories whose owner was
// killed are cleared away by the next run.

import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RESERVED_VOLUME } from "../../../entrypoint/protocol/index.ts";
import { textBeneath } from "../../beneath/read.ts";
import { removeTree } from "../../beneath/remove.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { isAlive, type Owner, ownerOf } from "./owner.ts";

const PREFIX = "baton-";
const OWNER_FILE = "owner.json";

/** Makes an empty directory that only this user can enter. Throws UserError where that is not possible. */
export function makeRunDirectory(parent: string, prefix = PREFIX): string {
  try {
    const directory = mkdtempSync(join(parent, prefix));
    chmodSync(directory, 0o700);
    writeFileSync(join(directory, OWNER_FILE), JSON.stringify(ownerOf(process.pid)));
    return directory;
  } catch (error) {
    throw unwritable(parent, error as Error);
  }
}

export const unwritable = (directory: string, { message }: Error): UserError =>
  new UserError([
    {
      code: "run-directory-unwritable",
      message: `cannot make the run's directory in ${directory}: ${message}`,
      severity: "error",
      cure: "free some space there, or set TMPDIR to a directory you can write to",
    },
  ]);

/** Removes what killed runs of this user have left in `parent`, of the kind that has this prefix; says how many there were. */
export async function sweepOrphans(
  remove: (directory: string) => Promise<void>,
  parent: string,
  prefix = PREFIX,
): Promise<number> {
  const orphans = namesIn(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name))
    .filter(isOrphan);
  for (const orphan of orphans) await remove(orphan);
  return orphans.length;
}

/** Empties what every plan of a run has for itself: signal files, scripts, Tasks' own results and homes. */
export async function clearInternal(directory: string): Promise<void> {
  const volumes = join(directory, "volumes");
  const internal = readdirSync(volumes).filter((name) => name.startsWith(RESERVED_VOLUME));
  await Promise.all(internal.map((name) => removeTree(join(volumes, name))));
}

/** Leaves it to the user: no later run clears it away. */
export const disown = (directory: string): void => rmSync(join(directory, OWNER_FILE), { force: true });

function namesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}

function isOrphan(directory: string): boolean {
  try {
    const info = lstatSync(directory);
    if (!info.isDirectory() || info.uid !== process.getuid?.()) return false;
    return !isAlive(JSON.parse(textBeneath(directory, OWNER_FILE) ?? "") as Owner);
  } catch {
    return false;
  }
}
