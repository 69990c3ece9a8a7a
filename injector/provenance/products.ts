// What a run has made: what it says is built, and what came of it besides.

import type { DigestSet } from "../../entrypoint/protocol/index.ts";
import type { ArtifactRecord, RunRecord } from "../record/record.ts";
import type { ResourceDescriptor } from "./descriptor.ts";
import { hintsOf } from "./hints.ts";

/** Each by a name of its own: verifiers match digests, and people read names. */
export function subjects(record: RunRecord): readonly ResourceDescriptor[] {
  const built = record.artifacts.filter(({ buildOutput }) => buildOutput === true);
  return distinct([...descriptors(built).map(madeBy(record, built)), ...hintsOf(record).subjects]);
}

export function byproducts(record: RunRecord): readonly ResourceDescriptor[] {
  const others = record.artifacts.filter(({ buildOutput }) => buildOutput !== true);
  return distinct([...descriptors(others).map(madeBy(record, others)), ...hintsOf(record).byproducts]);
}

/** What was taken from the cache another run has made: it says which. */
const madeBy =
  ({ steps }: RunRecord, artifacts: readonly ArtifactRecord[]) =>
  (one: ResourceDescriptor, at: number): ResourceDescriptor => {
    const { cache } = steps.find(({ step }) => step === artifacts[at]?.step) ?? {};
    return cache?.hit === true && cache.from !== undefined
      ? { ...one, annotations: { [MADE_BY]: cache.from } }
      : one;
  };

const MADE_BY = "https://baton.run/provenance/v1#madeBy";

/** Without those that say the same. */
export const distinct = (all: readonly ResourceDescriptor[]): readonly ResourceDescriptor[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

/** A commit says what was checked out, and not what has become of it: as a digest it would vouch for other content. */
export function contentOf({ gitCommit, ...digest }: DigestSet): DigestSet {
  return gitCommit !== undefined && Object.keys(digest).length === 0 ? { gitCommit } : digest;
}

/** A name that several steps use gets the step's in front. */
function descriptors(artifacts: readonly ArtifactRecord[]): readonly ResourceDescriptor[] {
  const isShared = (name: string) => artifacts.filter((one) => one.name === name).length > 1;
  return artifacts.map(({ name, step, uri, digest }) => ({
    name: isShared(name) ? `${step}/${name}` : name,
    uri,
    digest: contentOf(digest),
  }));
}
