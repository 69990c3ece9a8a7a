// Which files differ between two directories, by the lists that their digests are made of: for the message.

import { type Host, HostError } from "../host.ts";
import { beneath, LIMITS } from "../protocol/index.ts";

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

type Hashes = ReadonlyMap<string, string>;

function linesOf(host: Host, file: string): Hashes {
  const lines = readList(host, file)
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** A list that is too long, or none, is not looked into: the digest has said enough. */
function readList(host: Host, file: string): string {
  try {
    return host.read(beneath(file, 3), LIMITS.list) ?? "";
  } catch (error) {
    if (error instanceof HostError) return "";
    throw error;
  }
}

function changesIn(before: Hashes, now: Hashes): readonly string[] {
  const kept = [...before].filter(([path, hash]) => now.get(path) !== hash);
  return [
    ...kept.map(([path]) => `${now.has(path) ? "changed" : "removed"} ${path}`),
    ...[...now.keys()].filter((path) => !before.has(path)).map((path) => `added ${path}`),
  ];
}
