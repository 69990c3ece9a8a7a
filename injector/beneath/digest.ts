// What lies at a path, by its digest, as the entrypoint takes it (entrypoint/protocol/README.md, "Artifacts"): through no link,
// without waiting, a piece at a time.

import { createHash, type Hash } from "node:crypto";
import { lstatSync, readlinkSync, readSync } from "node:fs";
import { type DigestSet, tellsGit } from "../../entrypoint/protocol/index.ts";
import { entriesOf, inGit, NoDigest } from "./entries.ts";
import { type Found, type Refused, unreadable, useFileIn } from "./read.ts";
import { besideName, inDirectory, nameIn, type Open } from "./walk.ts";

export type Hashed =
  | { readonly kind: "file" | "directory"; readonly digest: DigestSet }
  | Exclude<Found, { readonly kind: "file" }>;

/** Of files: those that a DigestSet of others may have as well. */
export const FILE_ALGORITHMS = ["sha256", "sha384", "sha512"] as const;

/** A file has all of `FILE_ALGORITHMS`; a directory has `dirHash`, and `dirLinks` and `dirGit` where it has what these are of. */
export function digestBeneath(root: string, path: string): Hashed {
  try {
    return besideName(root, path, (above, name): Hashed => {
      if (!lstatSync(nameIn(above, name)).isDirectory()) return fileDigest(above, name);
      return { kind: "directory", digest: inDirectory(root, path, directoryDigest) };
    });
  } catch (error) {
    if (error instanceof NoDigest) return { kind: "refused", why: error.message };
    return unreadable(error as NodeJS.ErrnoException);
  }
}

function fileDigest(above: Open, name: string): Hashed {
  const digest = useFileIn<DigestSet>(above, name, (fd) => {
    const hashes = FILE_ALGORITHMS.map((algorithm) => createHash(algorithm));
    readInto(fd, hashes);
    return Object.fromEntries(hashes.map((hash, at) => [FILE_ALGORITHMS[at], hash.digest("hex")]));
  });
  return isRefused(digest) ? digest : { kind: "file", digest };
}

const isRefused = (found: DigestSet | Refused): found is Refused => "kind" in found;

/** A piece at a time. */
export function readInto(fd: number, hashes: readonly Hash[]): void {
  const piece = Buffer.allocUnsafe(1 << 18);
  for (let count = readSync(fd, piece); count > 0; count = readSync(fd, piece))
    for (const hash of hashes) hash.update(piece.subarray(0, count));
}

/** The lines that a digest is made of, hashed as they come. */
class Lines {
  readonly #hash = createHash("sha256");
  #none = true;

  add(sha256: string, path: string): void {
    this.#hash.update(`${sha256}  ${path}\n`);
    this.#none = false;
  }

  /** undefined where there was no line. */
  end(): string | undefined {
    const hex = this.#hash.digest("hex");
    return this.#none ? undefined : hex;
  }
}

function directoryDigest(directory: Open): DigestSet {
  const [files, links, git] = [new Lines(), new Lines(), new Lines()];
  walk(directory, "", ({ type, path, sha256 }) => {
    if (tellsGit(path)) git.add(sha256, type === "link" ? `${path} ->` : path);
    else if (!inGit(path)) (type === "link" ? links : files).add(sha256, path);
  });
  const [dirLinks, dirGit] = [links.end(), git.end()];
  return {
    dirHash: files.end() ?? EMPTY,
    ...(dirLinks === undefined ? {} : { dirLinks }),
    ...(dirGit === undefined ? {} : { dirGit }),
  };
}

const EMPTY = createHash("sha256").digest("hex");

/** What git keeps for itself is left out. */
const isHashed = (path: string): boolean => !inGit(path) || tellsGit(path);

interface Entry {
  readonly type: "file" | "link";
  readonly path: string;
  /** Of a link: of its target's name. */
  readonly sha256: string;
}

function walk(directory: Open, below: string, tell: (entry: Entry) => void): void {
  for (const { name, path, type } of entriesOf(directory, below, isHashed)) {
    if (type === "directory")
      inDirectory(nameIn(directory, "."), name, (inner) => walk(inner, `${path}/`, tell));
    else if (type === "link")
      tell({ type, path, sha256: sha256Of(readlinkSync(nameIn(directory, name), "buffer")) });
    else tell({ type, path, sha256: sha256In(directory, name, path) });
  }
}

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function sha256In(directory: Open, name: string, path: string): string {
  const hex = useFileIn<string>(directory, name, (fd) => {
    const hash = createHash("sha256");
    readInto(fd, [hash]);
    return hash.digest("hex");
  });
  if (typeof hex === "string") return hex;
  throw new NoDigest(`has ${path}, which ${hex.why}`);
}
