// Which files differ between two directories, by the lists that their digests are made of: for the message.

import type { Host } from "../host.ts";

/** Pairs of lists, before and now. Up to three files; undefined where the lists say nothing. */
export function changesBetween(
  host: Host,
  lists: readonly (readonly [before: string, now: string])[],
): string | undefined {
  const changes = lists.flatMap(([before, now]) => changesIn(linesOf(host, before), linesOf(host, now)));
  if (changes.length === 0) return undefined;
  const more = changes.length - NAMED;
  return `${changes.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const NAMED = 3;
/** A longer list is not looked into: the digest has said enough. */
const LONGEST = 1 << 24;

type Hashes = ReadonlyMap<string, string>;

function linesOf(host: Host, file: string): Hashes {
  if ((host.stat(file)?.size ?? 0) > LONGEST) return new Map();
  const lines = (host.read(file) ?? "").split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function changesIn(before: Hashes, now: Hashes): readonly string[] {
  const kept = [...before].filter(([path, hash]) => now.get(path) !== hash);
  return [
    ...kept.map(([path]) => `${now.has(path) ? "changed" : "removed"} ${path}`),
    ...[...now.keys()].filter((path) => !before.has(path)).map((path) => `added ${path}`),
  ];
}
