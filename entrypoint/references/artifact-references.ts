// What a provenance.json says of an artifact, as the value of a reference: the JSON of its values (Tekton's), or the uri
// or digest of the first.

import type { Host } from "../host.ts";
import {
  type ArtifactReference,
  type Beneath,
  digestText,
  LIMITS,
  pathOf,
  type Reference,
} from "../protocol/index.ts";
import { isRecord, isRecordOf, isText, parseObject } from "../text/json.ts";
import { invalid, textAt } from "./value.ts";

/** `names` are the words after `outputs` or `inputs`; a name may hold dots. Files that are not there say nothing. */
export function artifactIn(
  host: Host,
  places: readonly Beneath[],
  kind: "inputs" | "outputs",
  reference: Reference,
  names: readonly string[],
): string {
  const { raw } = reference;
  const files = places.map(pathOf).join(", ");
  const said = places.map((place) => provenanceIn(host, place, reference)).filter((one) => one !== undefined);
  if (said.length === 0) throw invalid(raw, `there is no ${files}`);
  const named = (parts: readonly string[]): readonly ArtifactReference[] | undefined => {
    const entries = said.flatMap((one) =>
      namedReferences(one[kind]).filter(({ name }) => name === parts.join(".")),
    );
    return entries.length === 0 ? undefined : entries.flatMap(({ values }) => values);
  };
  const whole = named(names);
  if (whole !== undefined)
    return `[${[...new Set(whole.map(({ digest, uri }) => JSON.stringify({ digest, uri })))].join(",")}]`;
  const field = names.at(-1);
  const [first] = (isField(field) && named(names.slice(0, -1))) || [];
  const value = first && (field === "uri" ? first.uri : digestText(first.digest ?? {}));
  if (value) return value;
  throw invalid(raw, `${files} has no ${kind.slice(0, -1)} "${names.join(".")}"`);
}

function provenanceIn(
  host: Host,
  place: Beneath,
  reference: Reference,
): Readonly<Record<string, unknown>> | undefined {
  const text = textAt(host, place, LIMITS.record, reference);
  if (text === undefined) return undefined;
  const provenance = parseObject(text);
  if (provenance === undefined) throw invalid(reference.raw, `${pathOf(place)} is not a JSON object`);
  return provenance;
}

/** As the command may have written them: what is no entry and no reference is left out. */
function namedReferences(list: unknown) {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.filter(isRecord).map(({ name, values }) => ({
    name,
    values: (Array.isArray(values) ? (values as readonly unknown[]) : []).filter(isReference),
  }));
}

const isReference = (value: unknown): value is ArtifactReference =>
  isRecord(value) && isText(value["uri"] ?? "") && isRecordOf(value["digest"] ?? {}, isText);

const isField = (word: string | undefined): boolean => word === "uri" || word === "digest";
