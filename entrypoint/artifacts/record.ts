// Outputs: hashed when the command has succeeded, and written as Tekton's provenance.json together with what the
// command wrote there itself.

import { StepFault } from "../endings/fault.ts";
import type { Cancel } from "../host.ts";
import {
  type ArtifactReference,
  type ArtifactStatus,
  beneath,
  type DeclaredArtifacts,
  type DeclaredOutput,
  type Provenance,
  type ProvenanceEntry,
  provenanceFile,
  type StepArtifacts,
} from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { digestOf } from "./digest.ts";
import { readProvenance, whyMalformed } from "./provenance.ts";

/** What outputs with a path are, where that has been found out already. */
export type Known = ReadonlyMap<string, ArtifactReference & { readonly size: number }>;

/** Throws StepFault naming the first output that is missing or has no digest. */
export async function record(
  { host, flags }: Step,
  { outputs = [] }: DeclaredArtifacts,
  inputs: readonly ArtifactStatus[],
  cancel: Cancel,
  known: Known = new Map(),
): Promise<StepArtifacts> {
  const { step_metadata_dir: metadata = "" } = flags;
  const file = provenanceFile(metadata);
  const written = readProvenance(host, file) ?? {};
  const entries: ProvenanceEntry[] = [];
  const statuses: ArtifactStatus[] = [];
  for (const output of outputs) {
    const { name, path } = output;
    if (path === undefined) {
      const entry = referenceIn(written, output, file);
      entries.push(entry);
      statuses.push(...entry.values.map((value) => ({ name, ...value, ...buildOutput(entry) })));
    } else {
      const { size, ...reference } =
        known.get(name) ?? (await digestOf(host, { name, path }, metadata, cancel));
      entries.push({ name, values: [reference], ...buildOutput(output) });
      statuses.push({ name, ...reference, size, ...buildOutput(output) });
    }
  }
  const used = inputs.map(({ name, uri, digest }) => ({ name, values: [{ digest, uri }] }));
  const provenance: Provenance = {
    inputs: [...used, ...others(written.inputs, used)],
    outputs: [...entries, ...others(written.outputs, entries)],
  };
  host.publish(beneath(file, 3), JSON.stringify(provenance), 0o644);
  return {
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(statuses.length === 0 ? {} : { outputs: statuses }),
  };
}

const buildOutput = ({ buildOutput: is = false }: Pick<DeclaredOutput, "buildOutput">) =>
  is ? { buildOutput: true } : {};

function referenceIn(written: Provenance, output: DeclaredOutput, file: string): ProvenanceEntry {
  const { name } = output;
  const entry = written.outputs?.find((one) => one.name === name);
  if (entry === undefined)
    throw new StepFault("ArtifactMissing", `artifact "${name}": the command wrote no reference to ${file}`);
  const why = whyMalformed(entry);
  if (why !== undefined) throw new StepFault("ArtifactInvalid", `artifact "${name}" in ${file}: ${why}`);
  const values = entry.values.map(({ digest, uri }) => ({ digest, uri }));
  return { name, values, ...buildOutput(output.buildOutput === undefined ? entry : output) };
}

const others = (
  written: readonly ProvenanceEntry[] = [],
  declared: readonly ProvenanceEntry[],
): readonly ProvenanceEntry[] => written.filter(({ name }) => declared.every((one) => one.name !== name));
