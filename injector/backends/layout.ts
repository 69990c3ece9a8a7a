// The layout as environment variables of init containers. Linux takes no variable over 128 KiB, so scripts that do not
// fit together are spread over several layouts: making one after the other is the same as making all at once.

import type { Layout, LayoutFile } from "../../entrypoint/protocol/index.ts";
import { UserError } from "../diagnostics/diagnostic.ts";

/** Bytes of JSON; MAX_ARG_STRLEN is 131072 with the name, and `$` may be doubled on the way. */
const LIMIT = 120_000;

/** At least one. Directories come first, so that files and links have a place. */
export function splitLayout({ directories, files, links, ...rest }: Layout): readonly Layout[] {
  const pieces: readonly Piece[] = [
    ...directories.map((one) => ({ list: "directories" as const, one })),
    ...links.map((one) => ({ list: "links" as const, one })),
    ...files.map((one) => ({ list: "files" as const, one })),
  ];
  const { binary: _binary, ...others } = rest;
  let part = emptyPart(rest);
  const parts = [part];
  for (const { list, one } of pieces) {
    const size = sizeOf(one) + 1;
    if (list === "files" && size > LIMIT - emptyPart(others).size) throw tooLarge(one as LayoutFile);
    if (part.size + size > LIMIT) {
      part = emptyPart(others);
      parts.push(part);
    }
    part.layout[list].push(one as never);
    part.size += size;
  }
  return parts.map(({ layout }) => layout);
}

type List = "directories" | "files" | "links";

interface Piece {
  readonly list: List;
  readonly one: Layout[List][number];
}

interface Part {
  size: number;
  readonly layout: Layout & { readonly [L in List]: Layout[L][number][] };
}

function emptyPart(rest: Omit<Layout, List>): Part {
  const layout = { ...rest, directories: [], files: [], links: [] };
  return { size: sizeOf(layout), layout };
}

const sizeOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

const tooLarge = (file: LayoutFile): UserError =>
  new UserError([
    {
      code: "script-too-large",
      message: `${file.path} has ${Math.floor((file.base64.length * 3) / 4)} bytes; one file can have about 90,000`,
      severity: "error",
      cure: "put the script into the step's image or into a ConfigMap, and call it from there",
    },
  ]);
