// What of a run its lineage needs: which data each step was given and what it left, by digests. Small, because it is kept
// beside every record, so that thousands of runs can be looked through.

import type { ArtifactStatus, DigestSet, StepStatus } from "../../entrypoint/protocol/index.ts";
import { defined } from "../documents/defined.ts";
import type { ResourceDescriptor } from "../provenance/descriptor.ts";
import { hintsOf } from "../provenance/hints.ts";
import type { RunRecord } from "../record/record.ts";
import type { Claims } from "../verify/claims.ts";

export interface RunLineage {
  /** Of the record. */
  readonly id: string;
  readonly name: string;
  /** When the run began: RFC 3339 UTC, or "". */
  readonly at: string;
  /** What `baton show` knows it by, where it was kept. */
  readonly kept?: string;
  readonly makings: readonly Making[];
  /** What the run itself was made of: the texts it was read from, where these came from, its images. */
  readonly given: readonly Thing[];
}

export interface Thing {
  readonly name: string;
  readonly digest: DigestSet;
  readonly uri?: string;
}

/** A step that has left something, or has used what others left. */
export interface Making {
  readonly step: string;
  readonly of: readonly Thing[];
  readonly made: readonly Thing[];
  /** Where nothing was made anew: the run that the cache has it from, or "" where it does not say. */
  readonly cached?: string;
}

export function lineageOf(record: RunRecord): RunLineage {
  const { id, name, startedAt, steps, artifacts, images, request } = record;
  const makings = steps.flatMap((status) =>
    makingOf(
      status,
      artifacts.filter(({ step }) => step === status.step),
    ),
  );
  const told = makingOfHints(record);
  return {
    id,
    name,
    at: startedAt,
    makings: told === undefined ? makings : [...makings, told],
    given: [
      ...(request?.sources ?? []).flatMap(({ name: file, uri, digest, origin }) => [
        { name: file, digest, ...defined({ uri }) },
        ...(origin === undefined ? [] : [{ name: origin.uri, digest: origin.digest, uri: origin.uri }]),
      ]),
      ...images.flatMap(({ image, digest }) => (digest === undefined ? [] : [{ name: image, digest }])),
    ],
  };
}

function makingOf(
  { step, artifacts, cache }: StepStatus,
  outputs: readonly ArtifactStatus[],
): readonly Making[] {
  const inputs = artifacts?.inputs ?? [];
  if (inputs.length + outputs.length === 0) return [];
  const cached = cache?.hit === true ? (cache.from ?? "") : undefined;
  return [{ step, of: inputs.map(thing), made: outputs.map(thing), ...defined({ cached }) }];
}

const thing = ({ name, digest, uri }: Thing): Thing => ({ name, digest, ...defined({ uri }) });

/** What unchanged Tasks say by the names of their results is known of the run as a whole. */
function makingOfHints(record: RunRecord): Making | undefined {
  const { subjects, byproducts, dependencies } = hintsOf(record);
  const made = [...subjects, ...byproducts].flatMap(asThing);
  return made.length === 0 ? undefined : { step: "results", of: dependencies.flatMap(asThing), made };
}

/** A statement says it of a build as a whole. */
export function lineageOfClaims({ subjects, provenance }: Claims, file: string): RunLineage | undefined {
  if (provenance === undefined) return undefined;
  const { invocation, builderId, at, dependencies, byproducts } = provenance;
  const made = [...subjects, ...byproducts].flatMap(asThing);
  return {
    id: invocation ?? file,
    name: builderId === "" ? file : builderId,
    at,
    makings: [{ step: "build", of: dependencies.flatMap(asThing), made }],
    given: [],
  };
}

const asThing = ({ name, uri, digest }: ResourceDescriptor): readonly Thing[] =>
  digest === undefined ? [] : [{ name: name ?? uri ?? "", digest, ...defined({ uri }) }];
