// What the folder of a cache holds: entries by their keys, and content by its digest. Others write there at the same time,
// so that what has gone meanwhile is no mistake.

import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { contentFile, parseActionResult, parseTreeLine } from "../../entrypoint/protocol/cache.ts";
import type { CacheEntry } from "../../entrypoint/protocol/index.ts";
import { isRaw } from "../documents/raw.ts";

/** One file of the folder. */
export interface Stored {
  readonly file: string;
  /** The digest or key that it is called by; undefined for one that somebody is still writing. */
  readonly name?: string;
  readonly size: number;
  /** When it was last of use. */
  readonly usedAt: number;
}

/** Regular files alone; links and whatever else stands there are none of ours. */
const entriesIn = (folder: string): readonly Stored[] => filesIn(join(folder, "ac"));
export const contentIn = (folder: string): readonly Stored[] => filesIn(join(folder, "cas"));

function filesIn(top: string): readonly Stored[] {
  return namesIn(top)
    .filter((one) => one.isDirectory() && /^[0-9a-f]{2}$/.test(one.name))
    .flatMap(({ name: prefix }) =>
      namesIn(join(top, prefix))
        .filter((one) => one.isFile())
        .flatMap((one) => stored(join(top, prefix), one.name)),
    );
}

function stored(directory: string, name: string): readonly Stored[] {
  const file = join(directory, name);
  const stats = statOf(file);
  if (stats === undefined) return [];
  const isNamed = /^[0-9a-f]{64}$/.test(name);
  return [{ file, ...(isNamed ? { name } : {}), size: stats.size, usedAt: stats.mtimeMs }];
}

function namesIn(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}

/** An entry that can be read, or why it cannot. */
export type Found = { readonly stored: Stored } & (
  | { readonly entry: CacheEntry; readonly content: ReadonlySet<string> }
  | { readonly problem: string }
);

/** Entries of steps; those by which an output is found by its digest are read as well, and told by `entry.outputs` alone. */
export function readEntries(folder: string): readonly Found[] {
  return entriesIn(folder)
    .filter(({ name }) => name !== undefined)
    .map((one) => readOne(folder, one));
}

function readOne(folder: string, stored: Stored): Found {
  try {
    const digest = parseActionResult(readWhole(stored.file, SMALL));
    if (digest === undefined) return { stored, problem: "it is no entry" };
    const value: unknown = JSON.parse(textOf(folder, digest));
    const entry = asEntry(value);
    if (entry === undefined) return { stored, problem: "it is no entry" };
    const trees = entry.outputs.map(({ tree }) => tree);
    const files = trees.flatMap((tree) => linesIn(textOf(folder, tree)));
    const products = entry.products.map(({ sha256 }) => sha256);
    return { stored, entry, content: new Set([digest, ...trees, ...files, ...products]) };
  } catch (error) {
    return { stored, problem: (error as Error).message };
  }
}

const SMALL = 4096;
const LARGE = 1 << 25;

function asEntry(value: unknown): CacheEntry | undefined {
  if (!isRaw(value)) return undefined;
  if (Array.isArray(value["outputs"]) && Array.isArray(value["products"]))
    return value as unknown as CacheEntry;
  return typeof value["tree"] === "string"
    ? ({ recipe: 1, key: "", run: "", at: "", outputs: [value], products: [] } as unknown as CacheEntry)
    : undefined;
}

const linesIn = (text: string): readonly string[] =>
  text.split("\n").flatMap((one) => {
    const line = parseTreeLine(one);
    return line === undefined || line.type === "d" ? [] : [line.sha256];
  });

/** Content that is a text, and is what its name says. */
function textOf(folder: string, digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error("it speaks of what is no digest");
  const bytes = readWhole(contentFile(folder, digest), LARGE);
  if (createHash("sha256").update(bytes).digest("hex") !== digest) throw new Error(`${digest} is damaged`);
  return bytes.toString("utf8");
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const FLAGS = O_RDONLY | O_NONBLOCK | (O_NOFOLLOW ?? 0);

function readWhole(file: string, limit: number): Buffer {
  const descriptor = openSync(file, FLAGS);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > limit) throw new Error(`${file} is no file of a cache`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Of a file of any size. */
export function digestOf(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, FLAGS);
  } catch {
    return undefined;
  }
  try {
    const hash = createHash("sha256");
    const piece = Buffer.alloc(1 << 20);
    for (let got = readSync(descriptor, piece); got > 0; got = readSync(descriptor, piece))
      hash.update(piece.subarray(0, got));
    return hash.digest("hex");
  } finally {
    closeSync(descriptor);
  }
}

export const remove = ({ file }: Stored): void => rmSync(file, { force: true });
