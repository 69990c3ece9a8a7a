// Values of params that YAML reads as numbers or truth values, and whose text is then another: `1.10` is 1.1, `yes`
// is true. Tekton reads them so too; hardly anybody means it.

import type { Path } from "./path.ts";
import type { YamlDocument } from "./yaml.ts";

export interface Rewritten {
  readonly path: Path;
  readonly written: string;
  readonly read: string;
}

/** `data` is what stands at `path` of the document. */
export function rewrittenValues(document: YamlDocument, data: unknown, path: Path): Rewritten[] {
  if (Array.isArray(data))
    return data.flatMap((item, index) => rewrittenValues(document, item, [...path, index]));
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([field, value]) => {
    const here = [...path, field];
    if (path.at(-2) !== "params" || !FIELDS.has(field)) return rewrittenValues(document, value, here);
    return rewritten(document, value, here);
  });
}

const FIELDS: ReadonlySet<string> = new Set(["value", "default"]);

function rewritten(document: YamlDocument, value: unknown, path: Path): Rewritten[] {
  if (typeof value !== "number" && typeof value !== "boolean") return [];
  const written = document.written(path);
  const read = String(value);
  return written === undefined || written === read ? [] : [{ path, written, read }];
}
