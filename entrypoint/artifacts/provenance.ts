// provenance.json as others wrote it: read with care, because any command may write its own.

import { StepFault } from "../endings/fault.ts";
import type { Host } from "../host.ts";
import type { ArtifactReference, Provenance, ProvenanceEntry } from "../protocol/index.ts";
import { parseObject } from "../text/json.ts";

/** undefined where there is none. Throws StepFault where it is no provenance. */
export function readProvenance(host: Host, file: string): Provenance | undefined {
  const found = host.stat(file);
  if (found === undefined) return undefined;
  if (found.type !== "file" || found.size > LARGEST)
    throw invalid(file, `is no file of at most ${LARGEST} bytes`);
  const provenance: Provenance | undefined = parseObject(host.read(file) ?? "");
  if (provenance === undefined) throw invalid(file, "is not a JSON object");
  for (const list of ["inputs", "outputs"] as const) {
    const entries: unknown = provenance[list] ?? [];
    if (!Array.isArray(entries) || !entries.every((entry) => typeof entry?.name === "string"))
      throw invalid(file, `${list} is not a list of named artifacts`);
  }
  return provenance;
}

/** What keeps an entry from being an immutable reference. */
export function whyMalformed({ values }: ProvenanceEntry): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return "it has no values";
  return values.map(whyNoReference).find((why) => why !== undefined);
}

const LARGEST = 1 << 20;

const invalid = (file: string, why: string): StepFault => new StepFault("ArtifactInvalid", `${file}: ${why}`);

function whyNoReference({ uri, digest }: ArtifactReference): string | undefined {
  if (typeof uri !== "string" || uri === "") return "a value has no uri";
  const digests = Object.entries(typeof digest === "object" && digest !== null ? digest : {});
  if (digests.length === 0) return `${uri} has no digest`;
  const bad = digests.find(([algorithm, hex]) => !isHex(algorithm, hex));
  return bad && `the ${bad[0]} of ${uri} is not lowercase hex of its length`;
}

const isHex = (algorithm: string, hex: unknown): boolean =>
  typeof hex === "string" && /^[0-9a-f]+$/.test(hex) && (algorithm !== "sha256" || hex.length === 64);
