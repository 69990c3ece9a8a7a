// The lines that a directory's digests are made of, as sha256sum prints them, written piece by piece.

import type { Host } from "../host.ts";
import { beneath, temporary } from "../protocol/index.ts";
import type { TreeEntry } from "./tree.ts";

/** Each file appears whole; one of links only where there are some. */
export async function writeLists(
  host: Host,
  entries: AsyncIterable<TreeEntry>,
  { list, links }: { readonly list: string; readonly links: string },
): Promise<{ readonly size: number; readonly hasLinks: boolean }> {
  const lines = { file: new Lines(host, list), link: new Lines(host, links) };
  let size = 0;
  let hasLinks = false;
  for await (const entry of entries) {
    lines[entry.type].add(lineOf(entry));
    size += entry.size;
    hasLinks ||= entry.type === "link";
  }
  lines.file.end();
  if (hasLinks) lines.link.end();
  else host.remove(beneath(links, 3));
  return { size, hasLinks };
}

/** One list of files and links alike; false, and no list, where there are none. */
export async function writeList(
  host: Host,
  entries: AsyncIterable<TreeEntry>,
  list: string,
): Promise<boolean> {
  const lines = new Lines(host, list);
  let hasSome = false;
  for await (const entry of entries) {
    lines.add(lineOf(entry.type === "link" ? { ...entry, path: `${entry.path} ->` } : entry));
    hasSome = true;
  }
  if (hasSome) lines.end();
  else host.remove(beneath(list, 3));
  return hasSome;
}

const lineOf = ({ sha256, path }: TreeEntry): string => `${sha256}  ${path}\n`;

const PIECE = 1 << 16;

class Lines {
  readonly #host: Host;
  readonly #path: string;
  #piece = "";
  #begun = false;

  constructor(host: Host, path: string) {
    this.#host = host;
    this.#path = path;
  }

  add(line: string): void {
    this.#piece += line;
    if (this.#piece.length >= PIECE) this.#flush();
  }

  end(): void {
    this.#flush();
    this.#host.rename(beneath(temporary(this.#path), 3), beneath(this.#path, 3));
  }

  #flush(): void {
    const partial = beneath(temporary(this.#path), 3);
    if (this.#begun) this.#host.append(partial, this.#piece);
    else this.#host.overwrite(partial, this.#piece);
    this.#begun = true;
    this.#piece = "";
  }
}
