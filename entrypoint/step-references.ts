// $(steps.<step>.results.<result>) and $(steps.<step>.outputs.<artifact>): what earlier steps of the Task left.

import type { Host } from "./host.ts";
import { parseObject } from "./json.ts";
import { type Flags, type Reference, STEPS_DIR, stepArtifactsDir, stepResultsDir } from "./protocol/index.ts";
import type { Reader } from "./substitute.ts";
import { invalid, valueAt } from "./value.ts";

export function stepReader(host: Host, flags: Flags): Reader {
  const directory = flags.steps_dir ?? STEPS_DIR;
  return (reference) => {
    const [root, step, kind, ...names] = reference.path;
    if (root !== "steps" || step === undefined || names.length === 0) return undefined;
    const metadata = `${directory}/step-${step}`;
    if (kind === "results") return resultIn(host, stepResultsDir(metadata), reference, names);
    if (kind === "outputs" || kind === "inputs") return artifactIn(host, metadata, kind, reference);
    return undefined;
  };
}

/** Names may hold dots: the longest that is a file is the result's, and what is left over is the key. */
export function resultIn(
  host: Host,
  directory: string,
  reference: Reference,
  names: readonly string[],
): string | readonly string[] {
  for (let count = names.length; count > 0; count--) {
    const path = `${directory}/${names.slice(0, count).join(".")}`;
    if (host.stat(path)?.type !== "file") continue;
    const key = count < names.length ? names.slice(count).join(".") : undefined;
    return valueAt(host, path, reference, key);
  }
  throw invalid(reference.raw, `there is no result ${directory}/${names.join(".")}`);
}

// --- Internal helpers ---

interface Provenance {
  readonly inputs?: readonly ProvenanceEntry[];
  readonly outputs?: readonly ProvenanceEntry[];
}

interface ProvenanceEntry {
  readonly name?: string;
  readonly values?: readonly { readonly uri?: string; readonly digest?: Readonly<Record<string, string>> }[];
}

/** The JSON list of an artifact's values, in the order of fields that Tekton writes. */
function artifactIn(
  host: Host,
  metadata: string,
  kind: "inputs" | "outputs",
  { path, raw }: Reference,
): string {
  const file = `${stepArtifactsDir(metadata)}/provenance.json`;
  const name = path.slice(3).join(".");
  const text = host.read(file);
  if (text === undefined) throw invalid(raw, `there is no ${file}`);
  const provenance: Provenance | undefined = parseObject(text);
  if (provenance === undefined) throw invalid(raw, `${file} is not a JSON object`);
  const entry = provenance[kind]?.find((one) => one.name === name);
  if (entry === undefined) throw invalid(raw, `${file} has no ${kind.slice(0, -1)} "${name}"`);
  return JSON.stringify((entry.values ?? []).map(({ digest, uri }) => ({ digest, uri })));
}
