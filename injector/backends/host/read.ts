// A result that a step has left, as text: nobody's Secret becomes one through a link.

import { readBeneath } from "../../beneath/read.ts";
import type { ResultFile } from "../../record/follow.ts";
import type { Place } from "./volumes.ts";

export function readResult({ root, path }: Place): ResultFile {
  const found = readBeneath(root, path);
  if (found.kind === "file") return { text: found.bytes.toString("utf8") };
  return found.kind === "refused" ? { refused: found.why } : {};
}
