// Carries out `baton lineage`: which data came of which, drawn or told.

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { digestBeneath } from "../../beneath/digest.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { around, type Key, keyOf, keysOf, type Lineage, lineageOfRuns } from "../../lineage/lineage.ts";
import { pictureOf } from "../../lineage/picture.ts";
import { lineageText } from "../../lineage/told.ts";
import { keptLineages, lineagesAt } from "../../runs/lineages.ts";
import { type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { writeText } from "../process/write.ts";
import { LINEAGE_FORMATS } from "../screen/formats.ts";
import type { Terminal } from "../terminal.ts";

export interface LineageFlags extends KeptOptions, OutputOptions {
  readonly of?: string;
}

/** Throws UserError. */
export async function drawLineage(
  terminal: Terminal,
  from: readonly string[],
  flags: LineageFlags,
): Promise<void> {
  const { format, file } = outputOf(flags, LINEAGE_FORMATS);
  const root = runsRoot(terminal, flags);
  const runs = from.length === 0 ? keptLineages(root) : from.flatMap((one) => lineagesAt(root, one));
  const all = lineageOfRuns(distinct(runs));
  const keys = flags.of === undefined ? [] : wanted(all, flags.of);
  const shown = flags.of === undefined ? all : around(all, keys);
  writeText(terminal, await drawn(shown, keys, format), file);
}

/** The same run may be known by its record and by its statement: the first says more. */
function distinct<Run extends { readonly id: string }>(runs: readonly Run[]): readonly Run[] {
  const seen = new Set<string>();
  return runs.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** A file is meant by what is in it now. */
function wanted(lineage: Lineage, of: string): readonly Key[] {
  const keys = existsSync(of) ? inHand(lineage, of) : keysOf(lineage, of);
  if (keys.length > 0) return keys;
  throw mistake(
    "unknown-data",
    existsSync(of)
      ? `no run here has made or used what ${of} is now`
      : `no run here has made or used "${of}"`,
    "name the runs, or the folder of their records; baton runs lists those that are kept",
  );
}

function inHand({ things }: Lineage, path: string): readonly Key[] {
  const found = digestBeneath(realpathSync(dirname(path)), basename(path));
  if (!("digest" in found)) {
    const why = found.kind === "absent" ? "is not there" : found.why;
    throw mistake("file-unreadable", `${path} ${why}`, "name a file, a directory or a digest");
  }
  return [keyOf(found.digest)].filter((key) => things.has(key));
}

async function drawn(
  lineage: Lineage,
  keys: readonly Key[],
  as: (typeof LINEAGE_FORMATS)[number],
): Promise<string> {
  switch (as) {
    case "text":
      return lineageText(lineage, keys);
    case "json":
      return `${JSON.stringify(plain(lineage, keys), null, 2)}\n`;
    case "mermaid":
      return (await import("../../pictures/mermaid.ts")).mermaid(pictureOf(lineage));
    case "dot":
      return (await import("../../pictures/dot.ts")).dot(pictureOf(lineage));
    case "svg":
      return (await import("../../pictures/svg.ts")).svg(pictureOf(lineage), { title: "lineage" });
  }
}

const plain = ({ things, makings }: Lineage, keys: readonly Key[]) => ({
  of: keys,
  things: [...things].map(([key, thing]) => ({ key, ...thing })),
  makings: makings.map(({ run, ...making }) => ({
    ...making,
    run: { id: run.id, name: run.name, at: run.at, ...(run.kept === undefined ? {} : { kept: run.kept }) },
  })),
});
