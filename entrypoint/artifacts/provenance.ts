// provenance.json as others wrote it: read with care, because any command may write its own.

import { StepFault } from "../endings/fault.ts";
import { type Host, HostError } from "../host.ts";
import { beneath, LIMITS, type Provenance, type ProvenanceEntry } from "../protocol/index.ts";
import { isRecord, isText, parseObject } from "../text/json.ts";

/** undefined where there is none. Throws StepFault where it is no provenance. */
export function readProvenance(host: Host, file: string): Provenance | undefined {
  const text = textOf(host, file);
  if (text === undefined) return undefined;
  const provenance = parseObject(text);
  if (provenance === undefined) throw invalid(file, "is not a JSON object");
  for (const list of ["inputs", "outputs"] as const) {
    const entries: unknown = provenance[list] ?? [];
    if (!Array.isArray(entries) || !entries.every((entry) => isRecord(entry) && isText(entry["name"])))
      throw invalid(file, `${list} is not a list of named artifacts`);
  }
  return provenance;
}

/** What keeps an entry from being an immutable reference. */
export function whyMalformed({ values }: ProvenanceEntry): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return "it has no values";
  return values.map(whyNoReference).find((why) => why !== undefined);
}

function textOf(host: Host, file: string): string | undefined {
  try {
    return host.read(beneath(file, 3), LIMITS.record);
  } catch (error) {
    if (error instanceof HostError) throw new StepFault("ArtifactInvalid", error.message);
    throw error;
  }
}

const invalid = (file: string, why: string): StepFault => new StepFault("ArtifactInvalid", `${file}: ${why}`);

function whyNoReference(value: unknown): string | undefined {
  const { uri, digest } = isRecord(value) ? value : {};
  if (typeof uri !== "string" || uri === "") return "a value has no uri";
  const digests = Object.entries(isRecord(digest) ? digest : {});
  if (digests.length === 0) return `${uri} has no digest`;
  const bad = digests.find(([algorithm, hex]) => !isHex(algorithm, hex));
  return bad && `the ${bad[0]} of ${uri} is not lowercase hex of its length`;
}

const isHex = (algorithm: string, hex: unknown): boolean =>
  typeof hex === "string" && /^[0-9a-f]+$/.test(hex) && (algorithm !== "sha256" || hex.length === 64);
