// Entries of the cache, and content that is small: read with every doubt, written whole or not at all.

import { type Host, HostError } from "../host.ts";
import { actionResult, CACHE_RECIPE, contentFile, entryFile, parseActionResult } from "../protocol/cache.ts";
import {
  type CacheEntry,
  type CacheRequest,
  inDirectory,
  type KeptOutput,
  type KeptProduct,
  LIMITS,
} from "../protocol/index.ts";
import { isRecord, isRecordOf, isText, parseObject } from "../text/json.ts";
import { utf8Length } from "../text/utf8.ts";

/** What keeps an entry from being used; it is then as if there were none. */
export class Unusable extends Error {}

/** undefined where there is none. Throws Unusable, or HostError. */
export function readEntry(host: Host, { dir, ttl }: CacheRequest, key: string): CacheEntry | undefined {
  const bytes = host.readBytes(below(dir, entryFile("", key)), ENTRY_LIMIT);
  if (bytes === undefined) return undefined;
  const sha256 = parseActionResult(bytes);
  if (sha256 === undefined) throw new Unusable("its entry is damaged");
  const entry = parseObject(readContent(host, dir, sha256));
  if (!isEntry(entry)) throw new Unusable("its entry is none");
  if (entry.key !== key || entry.recipe !== CACHE_RECIPE)
    throw new Unusable("its entry is that of something else");
  const age = host.now() - Date.parse(entry.at);
  if (ttl !== undefined && !(age <= ttl)) throw new Unusable("its entry is too old");
  return entry;
}

/** Throws Unusable where it is not there, or not what it should be: that is then removed. */
export function readContent(host: Host, dir: string, sha256: string): string {
  const place = below(dir, contentFile("", sha256));
  const text = host.read(place, LIMITS.list);
  if (text === undefined) throw new Unusable("something of it is no longer there");
  if (host.sha256Of(text) === sha256) return text;
  host.remove(place);
  throw new Unusable("something of it is damaged");
}

/** Content that is a text: what is there already is left, unless it is to be renewed. */
export function writeContent(host: Host, dir: string, text: string, way: "keep" | "renew"): string {
  const sha256 = host.sha256Of(text);
  const place = below(dir, contentFile("", sha256));
  if (way === "renew" || host.stat(place) === undefined) write(host, dir, contentFile("", sha256), text);
  return sha256;
}

/** Last of all: what an entry speaks of is there by then. */
export function writeEntry(host: Host, dir: string, key: string, entry: object): void {
  const text = JSON.stringify(entry);
  const sha256 = writeContent(host, dir, text, "renew");
  write(host, dir, entryFile("", key), actionResult({ sha256, size: utf8Length(text) }));
}

/** It has been of use: what was not for longest goes first. A store that cannot be written has nobody who would ask. */
export function touchEntry(host: Host, dir: string, key: string): void {
  try {
    const bytes = host.readBytes(below(dir, entryFile("", key)), ENTRY_LIMIT);
    if (bytes !== undefined) write(host, dir, entryFile("", key), bytes);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}

const ENTRY_LIMIT = 4096;

const below = (dir: string, path: string) => inDirectory(dir, path.slice(1));

/** By a name that is nobody else's: several may write the same at once, and each has to be whole. */
function write(host: Host, dir: string, path: string, content: string | Uint8Array): void {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const partial = below(dir, `${directory}/.${chance(host).slice(0, 16)}.tmp`);
  host.makeDirectory(below(dir, directory));
  try {
    host.publish(partial, content, 0o644);
    host.rename(partial, below(dir, path));
  } catch (error) {
    host.remove(partial);
    throw error;
  }
}

/** The kernel's, where it has some; else of this moment and this place. */
export function chance(host: Host): string {
  const told = [0, 1].map(() => host.read("/proc/sys/kernel/random/uuid", LIMITS.word) ?? "");
  return host.sha256Of([...told, host.now(), ...host.environment].join());
}

const isDigest = (value: unknown): boolean => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isName = (value: unknown): value is string => isText(value) && /^[^./\0][^/\0]{0,199}$/.test(value);

const isKeptOutput = (value: unknown): value is KeptOutput =>
  isRecord(value) &&
  isName(value["name"]) &&
  (value["type"] === "file" || value["type"] === "directory") &&
  isDigest(value["tree"]) &&
  isSize(value["size"]) &&
  isSize(value["mode"]) &&
  isText(value["uri"]) &&
  isRecordOf(value["digest"], isText);

const isProduct = (value: unknown): value is KeptProduct =>
  isRecord(value) &&
  isName(value["name"]) &&
  ["step", "task", "stepArtifacts", "taskArtifacts"].includes(String(value["of"])) &&
  isDigest(value["sha256"]) &&
  isSize(value["size"]);

const isEntry = (value: unknown): value is CacheEntry =>
  isRecord(value) &&
  isDigest(value["key"]) &&
  isText(value["run"]) &&
  isText(value["at"]) &&
  isText(value["stdout"] ?? "") &&
  isText(value["stderr"] ?? "") &&
  Array.isArray(value["outputs"]) &&
  value["outputs"].every(isKeptOutput) &&
  Array.isArray(value["products"]) &&
  value["products"].every(isProduct);
