// What a provenance.json says of an artifact, as the value of a reference: the JSON of its values (Tekton's), or the uri
// or digest of the first.

import type { Host } from "../host.ts";
import { type ArtifactReference, digestText, type Provenance, type Reference } from "../protocol/index.ts";
import { parseObject } from "../text/json.ts";
import { invalid } from "./value.ts";

/** `names` are the words after `outputs` or `inputs`; a name may hold dots. */
export function artifactIn(
  host: Host,
  file: string,
  kind: "inputs" | "outputs",
  { raw }: Reference,
  names: readonly string[],
): string {
  const text = host.read(file);
  if (text === undefined) throw invalid(raw, `there is no ${file}`);
  const provenance: Provenance | undefined = parseObject(text);
  if (provenance === undefined) throw invalid(raw, `${file} is not a JSON object`);
  const named = (parts: readonly string[]): readonly ArtifactReference[] | undefined => {
    const entry = provenance[kind]?.find((one) => one.name === parts.join("."));
    return entry && (entry.values ?? []);
  };
  const whole = named(names);
  if (whole !== undefined) return JSON.stringify(whole.map(({ digest, uri }) => ({ digest, uri })));
  const field = names.at(-1);
  const [first] = (isField(field) && named(names.slice(0, -1))) || [];
  const value = first && (field === "uri" ? first.uri : digestText(first.digest ?? {}));
  if (value) return value;
  throw invalid(raw, `${file} has no ${kind.slice(0, -1)} "${names.join(".")}"`);
}

const isField = (word: string | undefined): boolean => word === "uri" || word === "digest";
