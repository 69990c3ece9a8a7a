// Whether all that is kept is what it is called by.

import { contentIn, digestOf, readEntries, remove, type Stored } from "./store.ts";

export interface Verified {
  readonly entries: number;
  readonly files: number;
  /** A sentence for each thing that is wrong. */
  readonly problems: readonly string[];
}

/** With `repair` what is damaged is removed: it would be a miss anyway. */
export function verifyCache(folder: string, repair: boolean): Verified {
  const problems: string[] = [];
  const files = contentIn(folder);
  const wrong = (stored: Stored, why: string) => {
    problems.push(`${stored.file} ${why}`);
    if (repair) remove(stored);
  };
  for (const one of files)
    if (one.name !== undefined && digestOf(one.file) !== one.name) wrong(one, "is not what it is called by");
  const there = new Set(contentIn(folder).map(({ name }) => name));
  const entries = readEntries(folder);
  for (const one of entries) {
    if ("problem" in one) wrong(one.stored, `cannot be used: ${one.problem}`);
    else if ([...one.content].some((digest) => !there.has(digest)))
      wrong(one.stored, "cannot be used: some of its content is not there");
  }
  return { entries: entries.length, files: files.length, problems };
}
