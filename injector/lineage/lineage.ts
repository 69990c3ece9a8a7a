// Which data came of which, over many runs: things by their digests, and the steps that made some of others. A step that was
// run again and made the same of the same is told once, by the run that was the first; so is what came from a cache.

import type { DigestSet } from "../../entrypoint/protocol/index.ts";
import type { Making, RunLineage, Thing } from "./summary.ts";

/** `sha256:…`, `dirHash:…`: what says most about the content. */
export type Key = string;

export interface Made {
  readonly run: RunLineage;
  readonly step: string;
  readonly of: readonly Key[];
  readonly made: readonly Key[];
  /** How often the same was made of the same later on. */
  readonly again: number;
  /** How often it was taken from a cache instead. */
  readonly hits: number;
  /** The run that has made it, where that one is not among those that were looked at. */
  readonly elsewhere?: string;
}

export interface Lineage {
  readonly things: ReadonlyMap<Key, Thing>;
  /** In the order of time. */
  readonly makings: readonly Made[];
}

const CONTENT = ["sha256", "sha512", "sha384", "dirHash", "gitTree", "gitBlob"];

/** A commit says where content is from, and is its name only where there is no other. */
export function keyOf(digest: DigestSet): Key {
  const algorithm = CONTENT.find((one) => digest[one] !== undefined) ?? Object.keys(digest).sort()[0] ?? "";
  return `${algorithm}:${digest[algorithm] ?? ""}`;
}

export function lineageOfRuns(runs: readonly RunLineage[]): Lineage {
  const things = new Map<Key, Thing>();
  const groups = new Map<string, Group>();
  const known = new Set(runs.map(({ id }) => id));
  const inTime = runs.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  for (const run of inTime)
    for (const making of run.makings) {
      const given = making.of.length === 0 ? run.given : making.of;
      const of = noted(things, given);
      const made = noted(things, making.made);
      const same = JSON.stringify([making.step, of, made]);
      groups.set(same, grouped(groups.get(same), { run, making, of, made }, known));
    }
  return { things, makings: [...groups.values()].map(({ told }) => told) };
}

function noted(things: Map<Key, Thing>, list: readonly Thing[]): readonly Key[] {
  const keys = list.map((thing) => {
    const key = keyOf(thing.digest);
    const before = things.get(key);
    // One that knows a commit as well says more.
    if (before === undefined || Object.keys(before.digest).length < Object.keys(thing.digest).length)
      things.set(key, thing);
    return key;
  });
  return [...new Set(keys)];
}

interface Group {
  readonly told: Made;
  readonly isHit: boolean;
}

interface Seen {
  readonly run: RunLineage;
  readonly making: Making;
  readonly of: readonly Key[];
  readonly made: readonly Key[];
}

/** Who made it is whoever did so first; a run that took it from a cache counts for that only while no other is known. */
function grouped(
  before: Group | undefined,
  { run, making, of, made }: Seen,
  known: ReadonlySet<string>,
): Group {
  const { step, cached } = making;
  const isHit = cached !== undefined;
  if (before === undefined) {
    const elsewhere = isHit && !known.has(cached) ? { elsewhere: cached } : {};
    return { told: { run, step, of, made, again: 0, hits: isHit ? 1 : 0, ...elsewhere }, isHit };
  }
  const { told } = before;
  if (isHit) return { ...before, told: { ...told, hits: told.hits + 1 } };
  if (before.isHit) return { told: { run, step, of, made, again: 0, hits: told.hits }, isHit: false };
  return { ...before, told: { ...told, again: told.again + 1 } };
}

/** What `wanted` may mean: a digest with or without its algorithm, the beginning of one, or what a thing is called. */
export function keysOf({ things }: Lineage, wanted: string): readonly Key[] {
  const [, algorithm, hex = ""] = /^(?:(\w+):)?([0-9a-f]{7,128})$/.exec(wanted) ?? [];
  const has = ({ digest }: Thing): boolean =>
    hex !== "" &&
    Object.entries(digest).some(
      ([one, value]) => (algorithm === undefined || one === algorithm) && value.startsWith(hex),
    );
  const byDigest = [...things].filter(([, thing]) => has(thing)).map(([key]) => key);
  if (byDigest.length > 0) return byDigest;
  return [...things].filter(([, { name, uri }]) => name === wanted || uri === wanted).map(([key]) => key);
}

/** What they were made of, and what was made of them, near and far. */
export function around(lineage: Lineage, keys: readonly Key[]): Lineage {
  const kept = new Set([...reach(lineage, keys, "made", "of"), ...reach(lineage, keys, "of", "made")]);
  const makings = lineage.makings.filter((one) => kept.has(one));
  const names = new Set([...keys, ...makings.flatMap(({ of, made }) => [...of, ...made])]);
  return { makings, things: new Map([...lineage.things].filter(([key]) => names.has(key))) };
}

/** Makings that are met from `keys` on: those that have one as `near`, and so on from what they have as `far`. */
function reach(
  { makings }: Lineage,
  keys: readonly Key[],
  near: "of" | "made",
  far: "of" | "made",
): ReadonlySet<Made> {
  const by = byKey(makings, near);
  const met = new Set<Made>();
  // A set is gone through with what is added on the way.
  const seen = new Set(keys);
  for (const key of seen)
    for (const making of by.get(key) ?? []) {
      met.add(making);
      for (const next of making[far]) seen.add(next);
    }
  return met;
}

/** Who made it, or who used it. */
export function byKey(makings: readonly Made[], side: "of" | "made"): ReadonlyMap<Key, readonly Made[]> {
  const by = new Map<Key, Made[]>();
  for (const making of makings)
    for (const key of making[side]) {
      const list = by.get(key);
      if (list === undefined) by.set(key, [making]);
      else list.push(making);
    }
  return by;
}
