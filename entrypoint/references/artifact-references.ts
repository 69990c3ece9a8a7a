// What a provenance.json says of an artifact, as the value of a reference: the JSON of its values (Tekton's), or the uri
// or digest of the first.

import type { Host } from "../host.ts";
import { type ArtifactReference, digestText, type Provenance, type Reference } from "../protocol/index.ts";
import { parseObject } from "../text/json.ts";
import { invalid } from "./value.ts";

/** `names` are the words after `outputs` or `inputs`; a name may hold dots. Files that are not there say nothing. */
export function artifactIn(
  host: Host,
  files: readonly string[],
  kind: "inputs" | "outputs",
  { raw }: Reference,
  names: readonly string[],
): string {
  const said = files.flatMap((file) => provenanceIn(host, file, raw) ?? []);
  if (said.length === 0) throw invalid(raw, `there is no ${files.join(", ")}`);
  const named = (parts: readonly string[]): readonly ArtifactReference[] | undefined => {
    const entries = said.flatMap((one) => one[kind]?.filter(({ name }) => name === parts.join(".")) ?? []);
    return entries.length === 0 ? undefined : entries.flatMap(({ values = [] }) => values);
  };
  const whole = named(names);
  if (whole !== undefined)
    return `[${[...new Set(whole.map(({ digest, uri }) => JSON.stringify({ digest, uri })))].join(",")}]`;
  const field = names.at(-1);
  const [first] = (isField(field) && named(names.slice(0, -1))) || [];
  const value = first && (field === "uri" ? first.uri : digestText(first.digest ?? {}));
  if (value) return value;
  throw invalid(raw, `${files.join(", ")} has no ${kind.slice(0, -1)} "${names.join(".")}"`);
}

function provenanceIn(host: Host, file: string, raw: string): Provenance | undefined {
  const text = host.read(file);
  if (text === undefined) return undefined;
  const provenance: Provenance | undefined = parseObject(text);
  if (provenance === undefined) throw invalid(raw, `${file} is not a JSON object`);
  return provenance;
}

const isField = (word: string | undefined): boolean => word === "uri" || word === "digest";
