// The names in a directory whose content is hashed, in the order in which digests know them.

import { lstatSync, opendirSync } from "node:fs";
import { NAMES_LIMIT } from "../../entrypoint/protocol/index.ts";
import { nameIn, type Open } from "./walk.ts";

/** What ends a sentence that begins with the name of what has no digest. */
export class NoDigest extends Error {}

export interface Entry {
  readonly name: string;
  /** From the top, without "./". */
  readonly path: string;
  readonly type: "file" | "directory" | "link";
}

/** Directories above one another; each is open while what is below it is read. */
const DEEPEST = 500;

/** In the order of the bytes of their paths, in which a directory's name ends with a slash. `below` ends with one, or is "". */
export function entriesOf(
  directory: Open,
  below: string,
  isWanted: (path: string) => boolean,
): readonly Entry[] {
  if (below.split("/").length > DEEPEST)
    throw new NoDigest(`has more than ${DEEPEST} directories above one another`);
  const found: { readonly key: Buffer; readonly entry: Entry }[] = [];
  for (const bytes of namesIn(directory)) {
    const name = bytes.toString("utf8");
    const path = `${below}${name}`;
    if (name.includes("\n") || !bytes.equals(Buffer.from(name)))
      throw new NoDigest(`has a newline in the name ${JSON.stringify(path)}, or what is no UTF-8`);
    if (!isWanted(path)) continue;
    const type = typeOf(directory, name, path);
    const key = type === "directory" ? Buffer.concat([bytes, SLASH]) : bytes;
    found.push({ key, entry: { name, path, type } });
  }
  return found.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry);
}

export const inGit = (path: string): boolean => path === ".git" || path.startsWith(".git/");

const SLASH = Buffer.from("/");

/** Node's types know buffers of a directory's names in `readdir` alone. */
function namesIn(directory: Open): readonly Buffer[] {
  const names: Buffer[] = [];
  const listing = opendirSync(nameIn(directory, "."), { encoding: "buffer" as BufferEncoding });
  try {
    for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) {
      if (names.length >= NAMES_LIMIT)
        throw new NoDigest(`has more than ${NAMES_LIMIT} names in a directory`);
      names.push(entry.name as unknown as Buffer);
    }
  } finally {
    listing.closeSync();
  }
  return names;
}

function typeOf(directory: Open, name: string, path: string): Entry["type"] {
  const info = lstatSync(nameIn(directory, name));
  if (info.isFile()) return "file";
  if (info.isDirectory()) return "directory";
  if (info.isSymbolicLink()) return "link";
  throw new NoDigest(`has ${path}, which is neither a file, a directory nor a link`);
}
