// The lines that a directory's digests are made of, as sha256sum prints them, written piece by piece.

import type { Host } from "../host.ts";
import { temporary } from "../protocol/index.ts";
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
    lines[entry.type].add(`${entry.sha256}  ${entry.path}\n`);
    size += entry.size;
    hasLinks ||= entry.type === "link";
  }
  lines.file.end();
  if (hasLinks) lines.link.end();
  else host.remove(links);
  return { size, hasLinks };
}

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
    this.#host.rename(temporary(this.#path), this.#path);
  }

  #flush(): void {
    const partial = temporary(this.#path);
    if (this.#begun) this.#host.append(partial, this.#piece);
    else this.#host.overwrite(partial, this.#piece);
    this.#begun = true;
    this.#piece = "";
  }
}
