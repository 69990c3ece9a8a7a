// The lines of a tree (`TreeLine`): made of what an output is, and read back for the digests that it must have.

import { invalid } from "../artifacts/faults.ts";
import { wholeTree } from "../artifacts/tree.ts";
import type { Cancel, Host } from "../host.ts";
import { NO_CONTENT, parseTreeLine, treeLine } from "../protocol/cache.ts";
import {
  beneath,
  beneathTop,
  type DigestSet,
  gitFile,
  LIMITS,
  linksFile,
  listFile,
  type TreeLine,
  tellsGit,
} from "../protocol/index.ts";
import { utf8Length } from "../text/utf8.ts";
import { Unusable } from "./entries.ts";

interface Directory {
  readonly name: string;
  readonly path: string;
  readonly metadata: string;
}

/** Of a directory that has been hashed: its lists say what its files are. */
export async function linesOf(
  host: Host,
  { name, path, metadata }: Directory,
  cancel: Cancel,
): Promise<string> {
  const known = hashesIn(host, metadata, name);
  const lines: string[] = [];
  for (const one of wholeTree(host, name, path)) {
    const place = beneathTop(`${path}/${one.path}`);
    if (one.type === "link") {
      const target = host.readLink(place) ?? "";
      const size = utf8Length(target);
      lines.push(treeLine({ type: "l", mode: 0o777, sha256: host.sha256Of(target), size, path: one.path }));
      continue;
    }
    const found = host.stat(place);
    if (found === undefined) throw invalid(name, `${path}/${one.path} has vanished`);
    const { mode, size } = found;
    if (one.type === "directory")
      lines.push(treeLine({ type: "d", mode, sha256: NO_CONTENT, size: 0, path: one.path }));
    else {
      const sha256 = known.get(one.path) ?? (await host.digest(place, cancel)).sha256;
      lines.push(treeLine({ type: "f", mode, sha256, size, path: one.path }));
    }
  }
  return lines.join("");
}

/** Links are told by a digest of their target, in a list of their own or with an arrow: they are read again. */
function hashesIn(host: Host, metadata: string, name: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const file of [listFile(metadata, name), gitFile(metadata, name)])
    for (const line of (host.read(beneath(file, 3), LIMITS.list) ?? "").split("\n"))
      if (line !== "") hashes.set(line.slice(66), line.slice(0, 64));
  return hashes;
}

/** What in-toto's digests of a directory are made of, as artifacts/lists.ts writes it. */
export interface Lists {
  readonly list: string;
  readonly links: string;
  readonly git: string;
  readonly size: number;
}

/** Throws Unusable for what are no lines. */
export function listsOf(text: string): Lists {
  const lines = parsed(text).filter(({ type }) => type !== "d");
  const data = lines.filter(({ path }) => !isGit(path));
  const files = data.filter(({ type }) => type === "f");
  return {
    list: files.map(shown).join(""),
    links: data.flatMap((line) => (line.type === "l" ? [shown(line)] : [])).join(""),
    git: lines.flatMap((line) => (tellsGit(line.path) ? [shownOfGit(line)] : [])).join(""),
    size: files.reduce((sum, { size }) => sum + size, 0),
  };
}

const isGit = (path: string): boolean => path === ".git" || path.startsWith(".git/");
const shown = ({ sha256, path }: Pick<TreeLine, "sha256" | "path">): string => `${sha256}  ${path}\n`;
const shownOfGit = ({ type, sha256, path }: TreeLine): string =>
  shown({ sha256, path: type === "l" ? `${path} ->` : path });

export function parsed(text: string): readonly TreeLine[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((one) => {
      const line = parseTreeLine(one);
      if (line === undefined) throw new Unusable("the list of its files is none");
      return line;
    });
}

export const digestOfLists = (host: Host, { list, links, git }: Lists): DigestSet => ({
  dirHash: host.sha256Of(list),
  ...(links === "" ? {} : { dirLinks: host.sha256Of(links) }),
  ...(git === "" ? {} : { dirGit: host.sha256Of(git) }),
});

/** Beside provenance.json, as hashing leaves them. */
export function writeLists(host: Host, metadata: string, name: string, lists: Lists): void {
  const files = [
    [listFile(metadata, name), lists.list, true],
    [linksFile(metadata, name), lists.links, lists.links !== ""],
    [gitFile(metadata, name), lists.git, lists.git !== ""],
  ] as const;
  for (const [file, text, isThere] of files)
    if (isThere) host.publish(beneath(file, 3), text, 0o644);
    else host.remove(beneath(file, 3));
}
