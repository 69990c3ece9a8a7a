// Many files at once between a tree and a store of content, in memory.

import { type Cancel, HostError, Interrupted, type Path, type Way } from "../../host.ts";
import { parseTreeLine, storedPath } from "../../protocol/cache.ts";
import type { TreeLine } from "../../protocol/index.ts";
import { textOfBytes } from "../../text/utf8.ts";
import { bytesOf, sha256 } from "./bytes.ts";
import { type FileNode, noEntry, type Tree } from "./tree.ts";

/** Called before each file. */
type Gate = (operation: "transfer", path: string) => void;

export function storing(tree: Tree, gate: Gate, changed: (path: string) => void) {
  return {
    tail: (path: Path, limit: number): string | undefined => {
      const bytes = tree.file(tree.real(path))?.bytes;
      return bytes && textOfBytes(bytes.subarray(Math.max(0, bytes.length - limit)));
    },
    transfer: async (lines: string, store: string, to: Path, way: Way, cancel: Cancel): Promise<void> => {
      const root = tree.directory(tree.real(to));
      tree.directory(store);
      for (const text of lines.split("\n").slice(0, -1)) {
        if (cancel.fired) throw new Interrupted();
        changed(copyOne(tree, gate, { text, store, root, way }));
      }
    },
  };
}

interface One {
  readonly text: string;
  readonly store: string;
  readonly root: string;
  readonly way: Way;
}

function copyOne(tree: Tree, gate: Gate, { text, store, root, way }: One): string {
  const line = parseTreeLine(text);
  if (line === undefined) throw new HostError("EINVAL", `${store}: not a line`, store);
  const at = tree.real({ root, path: line.path }, "may be a link");
  const stored = `${store}/${storedPath(line.sha256)}`;
  gate("transfer", way === "restore" ? at : stored);
  if (way === "restore") restore(tree, line, stored, at);
  else if (way === "renew" || tree.find(stored)?.node === undefined) keep(tree, line, stored, at);
  return at;
}

const damaged = (path: string): HostError =>
  new HostError("EBADMSG", `${path}: is not what its digest says`, path);

function keep(tree: Tree, { type, sha256: digest, size }: TreeLine, stored: string, at: string): void {
  if (type === "d") return;
  const node = tree.find(at, false)?.node;
  if (node === undefined) throw noEntry(at);
  const bytes = node.type === "link" ? bytesOf(node.target) : node.type === "file" ? node.bytes : undefined;
  if (bytes === undefined || bytes.length !== size || sha256(bytes) !== digest) throw damaged(at);
  tree.makeDirectory(stored.slice(0, stored.lastIndexOf("/")), 0o755);
  tree.put(stored, { type: "file", bytes: bytes.slice(), mode: 0o644 });
}

function restore(tree: Tree, line: TreeLine, stored: string, at: string): void {
  const { type, mode, sha256: digest, size } = line;
  if (type === "d") {
    tree.makeDirectory(at, mode, mode);
    return;
  }
  const bytes = (tree.find(stored, false)?.node as FileNode | undefined)?.bytes;
  if (bytes === undefined || bytes.length !== size || sha256(bytes) !== digest) {
    const place = tree.find(stored, false);
    place?.parent.entries.delete(place.name);
    throw damaged(stored);
  }
  if (type === "l") tree.put(at, { type: "link", target: textOfBytes(bytes) });
  else tree.put(at, { type: "file", bytes: bytes.slice(), mode });
}
