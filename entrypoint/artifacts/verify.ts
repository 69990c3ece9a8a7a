// Inputs: hashed before the command runs, and compared with what their producer left or what they are pinned to.

import { StepFault } from "../endings/fault.ts";
import type { Cancel, Host } from "../host.ts";
import { readStatus } from "../peers/peers.ts";
import {
  type ArtifactReference,
  type ArtifactStatus,
  beneath,
  type DeclaredInput,
  DIGEST_ALGORITHMS,
  type DigestSet,
  gitFile,
  linksFile,
  listFile,
  type ProvenanceEntry,
} from "../protocol/index.ts";
import type { Step } from "../record/context.ts";
import { changesBetween } from "./changes.ts";
import { digestOf } from "./digest.ts";
import { readProvenance, whyMalformed } from "./provenance.ts";

/** Throws StepFault naming the first input that is not what it was. */
export async function verify(
  { host, flags }: Step,
  inputs: readonly DeclaredInput[],
  cancel: Cancel,
): Promise<readonly ArtifactStatus[]> {
  const verified: ArtifactStatus[] = [];
  const { step_metadata_dir: metadata = "" } = flags;
  for (const input of inputs) {
    const produced = input.from === undefined ? undefined : producedBy(host, input, input.from);
    const found = await digestOf(host, input, metadata, cancel);
    if (produced !== undefined) compareWithProducer(host, { input, metadata, found, produced });
    if (input.digest !== undefined) comparePinned(input, found.digest, input.digest);
    for (const file of LISTS) host.remove(beneath(file(metadata, input.name), 3));
    verified.push({ name: input.name, ...found, uri: produced?.entry.values[0]?.uri ?? found.uri });
  }
  return verified;
}

/** What a directory's digests are made of. */
const LISTS = [listFile, linksFile, gitFile] as const;

interface Produced {
  readonly entry: ProvenanceEntry;
  /** The producer's metadata, and what it is called. */
  readonly metadata: string;
  readonly step: string;
}

function producedBy(host: Host, { name, output = name }: DeclaredInput, file: string): Produced {
  const metadata = file.replace(/\/artifacts\/[^/]*$/, "");
  const status = readStatus(host, metadata);
  const step = status?.step ?? metadata;
  const entry = readProvenance(host, file)?.outputs?.find((one) => one.name === output);
  const malformed = entry && whyMalformed(entry);
  if (malformed !== undefined)
    throw new StepFault("ArtifactInvalid", `artifact "${name}" in ${file}: ${malformed}`);
  if (entry !== undefined) return { entry, metadata, step };
  const why = status === undefined ? "" : ` (its state is ${status.state})`;
  throw new StepFault("ArtifactMissing", `artifact "${name}": ${step} has left no output "${output}"${why}`);
}

interface Comparison {
  readonly input: DeclaredInput;
  readonly metadata: string;
  readonly found: ArtifactReference;
  readonly produced: Produced;
}

/** A directory that had no links must not have any now. */
function compareWithProducer(host: Host, { input, metadata, found, produced }: Comparison): void {
  const { name, output = name } = input;
  const expected = produced.entry.values.map(({ digest }) => digest);
  const known = expected.filter((digest) => comparable(digest).length > 0);
  if (known.length === 0) throw incomparable(name, expected[0] ?? {});
  if (known.some((digest) => difference(strict(digest, found.digest), found.digest) === undefined)) return;
  const files = changesBetween(
    host,
    LISTS.map((file) => [file(produced.metadata, output), file(metadata, name)]),
  );
  const what = files ?? difference(strict(known[0] ?? {}, found.digest), found.digest);
  const whose = output === name ? `of ${produced.step}` : `(${output} of ${produced.step})`;
  throw new StepFault("ArtifactChanged", `artifact "${name}" ${whose} has changed: ${what}`);
}

function comparePinned({ name, path }: DeclaredInput, found: DigestSet, pinned: DigestSet): void {
  if (comparable(pinned).length === 0) throw incomparable(name, pinned);
  const what = difference(pinned, found);
  if (what !== undefined)
    throw new StepFault("ArtifactChanged", `artifact "${name}": ${path} is not what was asked for: ${what}`);
}

const comparable = (digest: DigestSet) =>
  DIGEST_ALGORITHMS.filter((algorithm) => digest[algorithm] !== undefined);

/** What a directory did not have it must not have now. */
function strict(expected: DigestSet, found: DigestSet): DigestSet {
  if (expected["dirHash"] === undefined) return expected;
  const added = ["dirLinks", "dirGit"].filter((algorithm) => found[algorithm] !== undefined);
  return { ...Object.fromEntries(added.map((algorithm) => [algorithm, "none"])), ...expected };
}

/** In words; undefined where there is none. */
function difference(expected: DigestSet, found: DigestSet): string | undefined {
  const algorithm = comparable(expected).find((one) => expected[one] !== found[one]);
  if (algorithm === undefined) return undefined;
  return `its ${algorithm} is ${found[algorithm] ?? "none"}, not ${expected[algorithm]}`;
}

const incomparable = (name: string, digest: DigestSet): StepFault =>
  new StepFault(
    "ArtifactInvalid",
    `artifact "${name}" cannot be verified: it has ${Object.keys(digest).join(", ") || "no digest"}, and ${DIGEST_ALGORITHMS.join(", ")} are computed here`,
  );
