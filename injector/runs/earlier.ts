// A kept run, as another one goes on from it.

import type { Earlier } from "../continue/continue.ts";
import type { Definitions } from "../continue/definitions.ts";
import { mistake } from "../diagnostics/diagnostic.ts";
import { FILES, readJson } from "./folder.ts";
import { findRun } from "./kept.ts";

/** `wanted` as `findRun` knows it. Throws UserError where none is meant, or one from which no other can go on. */
export function earlierRun(root: string, wanted: string): Earlier {
  const { id, folder, record, state } = findRun(root, wanted);
  if (record === undefined)
    throw mistake("cannot-continue", `${id} is ${state}: it has no record of what it did`, "run it again");
  const definitions = readJson(folder, FILES.definitions) as Definitions | undefined;
  if (definitions === undefined)
    throw mistake("cannot-continue", `nobody kept what the Tasks of ${id} were`, "run it again");
  return { name: id, record, definitions };
}
