// The port's file calls on a tree in memory. Each change is told to whoever watches; each call may be made to fail.

import { deflateSync, inflateSync } from "fflate";
import { type Files, HostError, Interrupted } from "../../host.ts";
import { textOfBytes } from "../../text/utf8.ts";
import { bytesOf, sha256 } from "./bytes.ts";
import { type FileNode, noEntry, type Tree } from "./tree.ts";

/** Called before every call that writes (and every one that reads, by another name); throws to make it fail. */
export type Gate = (operation: keyof Files | "hold" | "enter", path: string) => void;

export function memoryFiles(tree: Tree, gate: Gate, changed: (path: string) => void): Files {
  const change = (operation: keyof Files, path: string, work: () => void): void => {
    gate(operation, path);
    work();
    changed(path);
  };
  return {
    ...reading(tree, gate),
    ...hashing(tree, gate),
    makeDirectory: (path, mode) =>
      change("makeDirectory", path, () => tree.makeDirectory(path, mode ?? 0o755, mode)),
    reserve: () => undefined,
    publish: (path, content, mode) =>
      change("publish", path, () => tree.put(path, { type: "file", bytes: bytesOf(content), mode })),
    overwrite: (path, content) =>
      change("overwrite", path, () => {
        const existing = tree.file(path);
        if (existing !== undefined) existing.bytes = bytesOf(content);
        else tree.put(path, { type: "file", bytes: bytesOf(content), mode: 0o644 });
      }),
    append: (path, content) =>
      change("append", path, () => {
        const { bytes = new Uint8Array(), mode = 0o644 } = tree.file(path) ?? {};
        tree.put(path, { type: "file", bytes: Uint8Array.from([...bytes, ...bytesOf(content)]), mode });
      }),
    copy: (from, to, mode) =>
      change("copy", to, () => tree.put(to, { type: "file", bytes: need(tree, from).bytes, mode })),
    rename: (from, to) => change("rename", to, () => rename(tree, from, to)),
    link: (path, target) => change("link", path, () => tree.put(path, { type: "link", target })),
    remove: (path) =>
      change("remove", path, () => {
        const place = tree.find(path, false);
        place?.parent.entries.delete(place.name);
      }),
  };
}

function reading(tree: Tree, gate: Gate) {
  const readBytes = (path: string, limit?: number): Uint8Array | undefined => {
    gate("readBytes", path);
    return tree.file(path)?.bytes.slice(0, limit);
  };
  return {
    stat: (path) => {
      gate("stat", path);
      return tree.info(path);
    },
    readBytes,
    read: (path, limit) => {
      const bytes = readBytes(path, limit);
      return bytes === undefined ? undefined : textOfBytes(bytes);
    },
    list: (path) => {
      gate("list", path);
      const node = tree.find(path)?.node;
      return node?.type === "directory" ? [...node.entries.keys()].sort() : undefined;
    },
    readLink: (path) => {
      const node = tree.find(path, false)?.node;
      return node?.type === "link" ? node.target : undefined;
    },
    entry: (path) => {
      gate("entry", path);
      return tree.find(path, false)?.node?.type;
    },
  } satisfies Partial<Files>;
}

function hashing(tree: Tree, gate: Gate) {
  return {
    sha256: (path) => {
      gate("sha256", path);
      return sha256(need(tree, path).bytes);
    },
    digest: async (path, cancel) => {
      gate("digest", path);
      if (cancel.fired) throw new Interrupted();
      const { bytes } = need(tree, path);
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
