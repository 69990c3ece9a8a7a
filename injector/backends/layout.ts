// The layout as environment variables of init containers. Linux takes no variable over 128 KiB, so scripts that do not
// fit together are spread over several layouts: making one after the other is the same as making all at once.

import type { Layout, LayoutFile } from "../../entrypoint/protocol/index.ts";
import { UserError } from "../diagnostics/diagnostic.ts";

/** Bytes of JSON; MAX_ARG_STRLEN is 131072 with the name, and `$` may be doubled on the way. */
const LIMIT = 120_000;

/** At least one; the first makes all directories, so that files of the others have a place. */
export function splitLayout(layout: Layout): readonly Layout[] {
  const rest = { protocol: layout.protocol, directories: [], links: [] };
  const parts: { layout: Layout; size: number; files: LayoutFile[] }[] = [];
  let part = open({ ...layout, files: [] });
  for (const file of layout.files) {
    const size = sizeOf(file) + 1;
    if (size > LIMIT - sizeOf(rest)) throw tooLarge(file);
    if (part.size + size > LIMIT) {
      parts.push(part);
      part = open({ ...rest, files: [] });
    }
    part.files.push(file);
    part.size += size;
  }
  return [...parts, part].map(({ layout, files }) => ({ ...layout, files }));
}

const open = (layout: Layout) => ({ layout, size: sizeOf(layout), files: [] as LayoutFile[] });

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
