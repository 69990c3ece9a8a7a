// Clears away what runs have left whose baton was killed: containers first, then the directories that they had mounted.

import { tmpdir } from "node:os";
import { sweepOrphans } from "../../host/directory.ts";
import { isOrphan } from "../names.ts";
import type { Driver } from "./driver.ts";
import { isToBeSwept, looked } from "./marks.ts";

/** Before the names of directories of such runs, which those of runs as processes are not. */
export const directoryPrefix = (engine: Driver["name"]): string => `${engine}-baton-`;

/** Never fails: what cannot be cleared away now may be by the next run. */
export async function sweep(driver: Driver): Promise<string | undefined> {
  try {
    const isClean = driver.marks !== undefined && !isToBeSwept(driver.marks);
    const orphans = isClean ? [] : (await driver.runs()).filter(isOrphan);
    await Promise.all(orphans.map((run) => driver.remove(run)));
    if (driver.marks !== undefined && !isClean) looked(driver.marks, orphans);
    await sweepOrphans(
      (directory) => driver.removeDirectory(directory),
      tmpdir(),
      directoryPrefix(driver.name),
    );
    if (orphans.length === 0) return undefined;
    const runs = orphans.length === 1 ? "a run" : `${orphans.length} runs`;
    return `cleared away ${runs} whose baton had been killed`;
  } catch {
    // Said by whatever else is asked of the engine.
    return undefined;
  }
}
