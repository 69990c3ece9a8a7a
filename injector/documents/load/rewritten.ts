// Values of params that are read as something else than they look like: `1.10` is the number 1.1, `yes` is true, and a
// list of numbers is one text, its JSON. Tekton reads them so too; hardly anybody means it.

import type { Path, YamlDocument } from "./path.ts";

export interface Rewritten {
  readonly path: Path;
  readonly written: string;
  readonly read: string;
  readonly cure: string;
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
  if (typeof value === "object" && value !== null)
    return isOfTexts(value)
      ? []
      : [{ path, written: "this", read: `the text ${jsonText(value)}`, cure: "quote what is in it" }];
  if (typeof value === "string" || value === undefined) return [];
  const written = document.written(path);
  const read = String(value);
  return written === undefined || written === read
    ? []
    : [{ path, written, read, cure: `quote it: "${written}"` }];
}

const isOfTexts = (value: object): boolean =>
  Object.values(value).every((one) => typeof one === "string" || one === null);

/** JSON as Kubernetes' API hands it on: keys in order, no blanks. */
export function jsonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, one]) => `${JSON.stringify(key)}:${jsonText(one)}`).join(",")}}`;
}
