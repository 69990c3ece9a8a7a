// Finding where a piece of a resolved run was written: `tasks.build.params.image` → file, line and column.

import type { Place } from "../diagnostics/diagnostic.ts";
import type { LoadedDocument, Part, Path } from "../documents/load.ts";

/** Where a name of the run begins in a document, longest name first. */
export interface Origin {
  /** `tasks.build`, `tasks.build.spec`, or "" for the run itself. */
  readonly prefix: string;
  readonly document: LoadedDocument;
  readonly path: Path;
  /** The value at `path`, in which the rest of a name is looked up. */
  readonly value: unknown;
}

/** A lookup over origins; the rest of a name goes by field, by index, or by the `name` of a list's item. */
export function placeIn(origins: readonly Origin[]): (name: string, of?: Part) => Place | undefined {
  const longestFirst = origins.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (name, of) => {
    const origin = longestFirst.find(
      ({ prefix }) => prefix === "" || name === prefix || name.startsWith(`${prefix}.`),
    );
    if (origin === undefined) return undefined;
    const rest = name
      .slice(origin.prefix.length)
      .split(".")
      .filter((part) => part !== "");
    return origin.document.place([...origin.path, ...walk(origin.value, rest)], of);
  };
}

function walk(value: unknown, parts: readonly string[]): Path {
  const path: (string | number)[] = [];
  let here = value;
  for (const part of parts) {
    const key = keyIn(here, part);
    if (key === undefined) break;
    path.push(key);
    here = (here as Record<string | number, unknown>)[key];
  }
  return path;
}

function keyIn(holder: unknown, part: string): string | number | undefined {
  if (Array.isArray(holder)) {
    const byName = holder.findIndex(
      (item) => typeof item === "object" && item !== null && item["name"] === part,
    );
    if (byName >= 0) return byName;
    return /^\d+$/.test(part) && Number(part) < holder.length ? Number(part) : undefined;
  }
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, part) ? part : undefined;
}
