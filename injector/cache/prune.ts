// What is dropped: what was of no use for longest, until the rest is no larger than it may be.

import { contentIn, type Found, readEntries, remove, type Stored } from "./store.ts";

export interface PruneOptions {
  /** Bytes. */
  readonly size?: number;
  /** Milliseconds since it was last of use. */
  readonly age?: number;
  readonly now: number;
}

export interface Pruned {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  /** What is left. */
  readonly size: number;
}

/** A file that somebody began to write so long ago is written by nobody any more. */
const ABANDONED = 3_600_000;

/**
 * Entries go by when they were last taken or made, each with the content that no other speaks of; then content that no
 * entry speaks of. What is young may be of an entry that is being written.
 */
export function prune(folder: string, { size = Number.POSITIVE_INFINITY, age, now }: PruneOptions): Pruned {
  const content = new Content(contentIn(folder));
  if (content.total <= size && age === undefined && content.isTidy(now)) return content.pruned(0);
  const found = readEntries(folder);
  const counts = references(found);
  content.dropUnless((digest, one) => counts.has(digest) || now - one.usedAt <= ABANDONED);
  let entries = 0;
  for (const one of [...found].sort((a, b) => a.stored.usedAt - b.stored.usedAt)) {
    const isOld = age !== undefined && now - one.stored.usedAt > age;
    if ("entry" in one && !isOld && content.total <= size) continue;
    entries += 1;
    remove(one.stored);
    for (const digest of contentOf(one)) if (count(counts, digest, -1) === 0) content.drop(digest);
  }
  return content.pruned(entries);
}

const contentOf = (one: Found): readonly string[] => ("entry" in one ? [...one.content] : []);

class Content {
  readonly #files: Map<string, Stored>;
  total = 0;
  #dropped = { files: 0, bytes: 0 };

  constructor(files: readonly Stored[]) {
    this.#files = new Map(files.map((one) => [one.name ?? one.file, one]));
    for (const { size } of files) this.total += size;
  }

  /** Nothing is left that somebody began to write, and never ended. */
  isTidy(now: number): boolean {
    return [...this.#files.values()].every(
      ({ name, usedAt }) => name !== undefined || now - usedAt <= ABANDONED,
    );
  }

  dropUnless(isKept: (digest: string, one: Stored) => boolean): void {
    for (const [digest, one] of this.#files) if (!isKept(digest, one)) this.drop(digest);
  }

  drop(digest: string): void {
    const one = this.#files.get(digest);
    if (one === undefined) return;
    this.#files.delete(digest);
    this.total -= one.size;
    this.#dropped = { files: this.#dropped.files + 1, bytes: this.#dropped.bytes + one.size };
    remove(one);
  }

  pruned(entries: number): Pruned {
    return { entries, ...this.#dropped, size: this.total };
  }
}

/** By how many entries each is spoken of. */
function references(entries: readonly Found[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const digest of entries.flatMap(contentOf)) count(counts, digest, 1);
  return counts;
}

function count(counts: Map<string, number>, digest: string, more: number): number {
  const now = (counts.get(digest) ?? 0) + more;
  counts.set(digest, now);
  return now;
}
