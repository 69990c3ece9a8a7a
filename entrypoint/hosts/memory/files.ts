// The port's file calls on a tree in memory. Each change is told to whoever watches; each call may be made to fail.

import { deflateSync, inflateSync } from "fflate";
import { type Files, HostError, Interrupted, type Path } from "../../host.ts";
import { beneath, FAULTS, faultWords } from "../../protocol/index.ts";
import { textOfBytes } from "../../text/utf8.ts";
import { bytesOf, sha256 } from "./bytes.ts";
import { storing } from "./store.ts";
import { type FileNode, noEntry, type Tree } from "./tree.ts";

/** Called before every call that writes (and every one that reads, by another name); throws to make it fail. */
export type Gate = (operation: keyof Files | "hold" | "enter", path: string) => void;

export function memoryFiles(tree: Tree, gate: Gate, changed: (path: string) => void): Files {
  const change = (operation: keyof Files, path: string, work: () => void): void => {
    gate(operation, path);
    work();
    changed(path);
  };
  const append = (at: string, bytes: Uint8Array, content: string) =>
    tree.put(at, { type: "file", bytes: Uint8Array.from([...bytes, ...bytesOf(content)]), mode: 0o644 });
  return {
    ...reading(tree, gate),
    ...hashing(tree, gate),
    ...storing(tree, gate, changed),
    makeDirectory: (path, mode) => {
      const at = tree.real(path);
      change("makeDirectory", at, () => tree.makeDirectory(at, mode ?? 0o755, mode));
    },
    reserve: () => undefined,
    publish: (path, content, mode) => {
      const at = tree.real(path, "may be a link");
      change("publish", at, () => tree.put(at, { type: "file", bytes: bytesOf(content), mode }));
    },
    overwrite: (path, content) => {
      const at = tree.real(typeof path === "string" ? beneath(path) : path);
      change("overwrite", at, () => {
        const existing = tree.file(at);
        if (existing !== undefined) existing.bytes = bytesOf(content);
        else append(at, new Uint8Array(), content);
      });
    },
    append: (path, content) => {
      const at = tree.real(typeof path === "string" ? beneath(path) : path);
      change("append", at, () => append(at, tree.file(at)?.bytes ?? new Uint8Array(), content));
    },
    copy: (from, to, mode) => {
      const at = tree.real(to, "may be a link");
      change("copy", at, () =>
        tree.put(at, { type: "file", bytes: need(tree, tree.real(from)).bytes, mode }),
      );
    },
    rename: (from, to) => {
      const at = tree.real(to, "may be a link");
      change("rename", at, () => rename(tree, tree.real(from, "may be a link"), at));
    },
    link: (path, target) => change("link", path, () => tree.put(path, { type: "link", target })),
    remove: (path) => {
      const at = tree.real(path, "may be a link");
      change("remove", at, () => {
        const place = tree.find(at, false);
        place?.parent.entries.delete(place.name);
      });
    },
  };
}

function reading(tree: Tree, gate: Gate) {
  const readBytes = (path: Path, limit: number): Uint8Array | undefined => {
    const at = tree.real(path);
    gate("readBytes", at);
    const bytes = tree.file(at)?.bytes;
    if (bytes !== undefined && bytes.length > limit)
      throw new HostError(FAULTS.tooLarge, faultWords.tooLarge(at, limit), at);
    return bytes?.slice();
  };
  return {
    stat: (path) => {
      const at = tree.real(path);
      gate("stat", at);
      return tree.info(at);
    },
    readBytes,
    read: (path, limit) => {
      const bytes = readBytes(path, limit);
      return bytes === undefined ? undefined : textOfBytes(bytes);
    },
    list: (path) => {
      const at = tree.real(path);
      gate("list", at);
      const node = tree.find(at)?.node;
      return node?.type === "directory" ? [...node.entries.keys()].sort() : undefined;
    },
    readLink: (path) => {
      const node = tree.find(tree.real(path, "may be a link"), false)?.node;
      return node?.type === "link" ? node.target : undefined;
    },
    entry: (path) => {
      const at = tree.real(path, "may be a link");
      gate("entry", at);
      return tree.find(at, false)?.node?.type;
    },
  } satisfies Partial<Files>;
}

function hashing(tree: Tree, gate: Gate) {
  return {
    sha256: (path, limit) => {
      const at = tree.real(path);
      gate("sha256", at);
      return sha256(need(tree, at).bytes.subarray(0, limit));
    },
    digest: async (path, cancel) => {
      const at = tree.real(path);
      gate("digest", at);
      if (cancel.fired) throw new Interrupted();
      const { bytes } = need(tree, at);
      return { sha256: sha256(bytes), size: bytes.length };
    },
    sha256Of: (content) => sha256(bytesOf(content)),
    deflate: (content) => deflateSync(bytesOf(content), { level: 9 }),
    inflate,
  } satisfies Partial<Files>;
}

function need(tree: Tree, path: string): FileNode {
  const file = tree.file(path);
  if (file === undefined) throw noEntry(path);
  return file;
}

function rename(tree: Tree, from: string, to: string): void {
  const source = tree.find(from, false);
  if (source?.node === undefined) throw noEntry(from);
  tree.put(to, source.node);
  source.parent.entries.delete(source.name);
}

function inflate(content: Uint8Array, limit: number): string {
  const bytes = inflated(content);
  if (bytes.length > limit) throw new HostError("EFBIG", `inflates to more than ${limit} bytes`, "(memory)");
  return textOfBytes(bytes);
}

function inflated(content: Uint8Array): Uint8Array {
  try {
    return inflateSync(content);
  } catch {
    throw new HostError("EINVAL", "no deflate data", "(memory)");
  }
}
