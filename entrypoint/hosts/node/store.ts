// Many files at once between a tree and a store of content, as native/store.c does it, one after the other.

import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Cancel, Interrupted, type Path, type Way } from "../../host.ts";
import { parseTreeLine, storedPath } from "../../protocol/cache.ts";
import type { TreeLine } from "../../protocol/index.ts";
import { attempt, attemptIfThere, systemError } from "./errors.ts";
import { openRegular, shaped, textOf, within } from "./places.ts";

export async function transfer(
  lines: string,
  store: string,
  tree: Path,
  way: Way,
  cancel: Cancel,
): Promise<void> {
  const all = lines
    .split("\n")
    .slice(0, -1)
    .map((text) => lineOf(text, store));
  const at = (path: string): Path =>
    typeof tree === "string" ? { root: tree, path } : { root: tree.root, path: `${tree.path}/${path}` };
  const failed = () => systemError(way === "restore" ? textOf(tree) : store, "EBADMSG");
  const directories = way !== "restore" ? [] : all.filter(({ type }) => type === "d");
  for (const one of directories) there(at(one.path), (name) => mkdirSync(name, 0o700));
  const copy = COPIES[way];
  for (const one of all.filter(({ type }) => type !== "d")) {
    if (cancel.fired) throw new Interrupted();
    copy(one, store, at(one.path), failed);
    if (one.size > PIECE) await setImmediate();
  }
  for (const one of directories) there(at(one.path), (name) => chmodSync(name, one.mode));
}

function lineOf(text: string, store: string): TreeLine {
  const line = parseTreeLine(text);
  if (line === undefined) throw systemError(store, "EINVAL");
  return line;
}

export function tail(path: Path, limit: number): string | undefined {
  const found = openRegular(path);
  if (found === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(limit);
    const count = readSync(found.file, bytes, 0, limit, Math.max(0, found.stats.size - limit));
    return bytes.subarray(0, count).toString("utf8");
  } finally {
    closeSync(found.file);
  }
}

const PIECE = 1 << 20;

const there = <T>(path: Path, call: (name: string) => T): T =>
  shaped(path, () => attempt(textOf(path), () => within(path, call)));

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function keep(line: TreeLine, store: string, path: Path, failed: () => Error): void {
  if (!isThere(line, store)) renew(line, store, path, failed);
}

/** Then it is of use. */
function isThere({ sha256, size }: TreeLine, store: string): boolean {
  const stored = `${store}/${storedPath(sha256)}`;
  if (statSync(stored, { throwIfNoEntry: false })?.size !== size) return false;
  utimesSync(stored, new Date(), new Date());
  return true;
}

function renew(line: TreeLine, store: string, path: Path, failed: () => Error): void {
  const stored = `${store}/${storedPath(line.sha256)}`;
  const bytes = line.type === "l" ? Buffer.from(there(path, (name) => readlinkSync(name))) : contentOf(path);
  if (sha256(bytes) !== line.sha256 || bytes.length !== line.size) throw failed();
  const partial = `${dirname(stored)}/.${randomBytes(8).toString("hex")}.tmp`;
  attempt(stored, () => {
    mkdirSync(dirname(stored), { recursive: true });
    try {
      writeFileSync(partial, bytes, { flag: "wx", mode: 0o644 });
      renameSync(partial, stored);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  });
}

function contentOf(path: Path): Buffer {
  const found = openRegular(path);
  if (found === undefined) throw systemError(textOf(path), "ENOENT");
  try {
    return attempt(textOf(path), () => readFileSync(found.file));
  } finally {
    closeSync(found.file);
  }
}

function restore(line: TreeLine, store: string, path: Path, failed: () => Error): void {
  const stored = `${store}/${storedPath(line.sha256)}`;
  const bytes = attemptIfThere(stored, () => contentOf(stored));
  if (bytes === undefined || sha256(bytes) !== line.sha256 || bytes.length !== line.size) {
    rmSync(stored, { force: true });
    throw failed();
  }
  there(path, (name) => {
    if (line.type === "l") symlinkSync(bytes.toString("utf8"), name);
    else {
      writeFileSync(name, bytes, { flag: "wx", mode: line.mode | 0o600 });
      chmodSync(name, line.mode);
    }
  });
}

const COPIES = { keep, renew, restore } as const;
