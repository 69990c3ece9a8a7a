// What git would call the content of a directory: the id of its tree, made of its files alone. No git is asked, and what is
// called `.git` at its top is not looked at.

import { createHash, type Hash } from "node:crypto";
import { fstatSync, readlinkSync } from "node:fs";
import { readInto } from "./digest.ts";
import { type Entry, entriesOf, inGit, NoDigest } from "./entries.ts";
import { unreadable, useFileIn } from "./read.ts";
import { inDirectory, nameIn, type Open } from "./walk.ts";

export type TreeId =
  | { readonly kind: "tree"; readonly id: string }
  /** `why` ends a sentence that begins with the directory's name. */
  | { readonly kind: "refused"; readonly why: string };

/** `algorithm` is the repository's: git's ids have the length of its digests. */
export function gitTree(directory: string, algorithm: "sha1" | "sha256"): TreeId {
  try {
    const id = inDirectory(directory, "", (top) => treeOf(top, "", algorithm));
    return { kind: "tree", id: (id ?? idOf(algorithm, "tree", Buffer.alloc(0))).toString("hex") };
  } catch (error) {
    if (error instanceof NoDigest) return { kind: "refused", why: error.message };
    const found = unreadable(error as NodeJS.ErrnoException);
    return found.kind === "refused" ? found : { kind: "refused", why: "has changed meanwhile" };
  }
}

/** git's id of an object, in bytes. */
export function idOf(
  algorithm: "sha1" | "sha256",
  type: "tree" | "blob" | "commit",
  content: Buffer,
): Buffer {
  return begun(algorithm, type, content.length).update(content).digest();
}

const begun = (algorithm: string, type: string, size: number): Hash =>
  createHash(algorithm).update(`${type} ${size}\0`);

/** undefined where there is no file below: git knows no empty directories. */
function treeOf(directory: Open, below: string, algorithm: "sha1" | "sha256"): Buffer | undefined {
  const lines = entriesOf(directory, below, (path) => !inGit(path)).flatMap((entry) => {
    const [mode, id] = objectOf(directory, entry, algorithm);
    return id === undefined ? [] : [Buffer.from(`${mode} ${entry.name}\0`), id];
  });
  return lines.length === 0 ? undefined : idOf(algorithm, "tree", Buffer.concat(lines));
}

function objectOf(
  directory: Open,
  { name, path, type }: Entry,
  algorithm: "sha1" | "sha256",
): readonly [mode: string, id: Buffer | undefined] {
  if (type === "directory")
    return [
      "40000",
      inDirectory(nameIn(directory, "."), name, (next) => treeOf(next, `${path}/`, algorithm)),
    ];
  if (type === "link")
    return ["120000", idOf(algorithm, "blob", readlinkSync(nameIn(directory, name), "buffer"))];
  const file = useFileIn<readonly [string, Buffer]>(directory, name, (fd) => {
    const { size, mode } = fstatSync(fd);
    const hash = begun(algorithm, "blob", size);
    readInto(fd, [hash]);
    return [(mode & 0o100) === 0 ? "100644" : "100755", hash.digest()];
  });
  if ("kind" in file) throw new NoDigest(`has ${path}, which ${file.why}`);
  return file;
}
