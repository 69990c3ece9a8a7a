// From the record of a run to a statement about what it made: in-toto Statement v1 with SLSA provenance v1. Pure; how it
// is signed is in provenance/dsse.ts. docs/provenance.md defines the build type.

import { mistake } from "../diagnostics/diagnostic.ts";
import type { RunRecord } from "../record/record.ts";
import { resolvedDependencies } from "./dependencies.ts";
import type { ResourceDescriptor } from "./descriptor.ts";
import { byproducts, subjects } from "./products.ts";

const BUILD_TYPE = "https://baton.run/provenance/v1";
/** Whoever ran baton, wherever that was: it says no more than that. */
const SOMEONE = "https://baton.run/builder/self";

export interface Statement {
  readonly _type: "https://in-toto.io/Statement/v1";
  readonly subject: readonly ResourceDescriptor[];
  readonly predicateType: "https://slsa.dev/provenance/v1";
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: Readonly<Record<string, unknown>>;
      readonly internalParameters: Readonly<Record<string, unknown>>;
      readonly resolvedDependencies?: readonly ResourceDescriptor[];
    };
    readonly runDetails: {
      readonly builder: {
        readonly id: string;
        readonly version: Readonly<Record<string, string>>;
        readonly builderDependencies?: readonly ResourceDescriptor[];
      };
      readonly metadata: {
        readonly invocationId: string;
        readonly startedOn: string;
        readonly finishedOn: string;
      };
      readonly byproducts?: readonly ResourceDescriptor[];
    };
  };
}

export interface StatementOptions {
  /** URI of who is to be trusted for it. */
  readonly builderId?: string;
}

/** Throws UserError where the run has not succeeded, or has made nothing that the statement could be about. */
export function statementOf(record: RunRecord, { builderId = SOMEONE }: StatementOptions = {}): Statement {
  const { state, name } = record;
  if (state !== "succeeded") throw mistake("run-not-succeeded", `${name} ${STATES[state]}`, SUCCEED);
  const subject = subjects(record);
  if (subject.length === 0) throw mistake("no-subject", `${name} says of nothing that it is built`, DECLARE);
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: externalParameters(record),
        internalParameters: { backend: record.backend },
        ...unlessEmpty("resolvedDependencies", resolvedDependencies(record)),
      },
      runDetails: {
        builder: builder(record, builderId),
        metadata: {
          invocationId: record.id,
          startedOn: record.startedAt,
          finishedOn: record.finishedAt,
        },
        ...unlessEmpty("byproducts", byproducts(record)),
      },
    },
  };
}

const STATES = { failed: "failed", cancelled: "was cancelled", timedOut: "timed out" } as const;
const SUCCEED = "attest a run that has succeeded";
const DECLARE =
  "declare what is built under artifacts.outputs of its step, with buildOutput: true; or have results *IMAGE_URL and *IMAGE_DIGEST";

/** What was asked for; what that led to, with digests, is a dependency. */
function externalParameters({ source, request }: RunRecord): Readonly<Record<string, unknown>> {
  return {
    source: source.file,
    target: request?.target ?? `${source.kind}/${source.name}`,
    ...unlessEmpty("params", request?.params ?? {}),
    ...unlessEmpty("workspaces", request?.workspaces ?? {}),
  };
}

function builder({ version, entrypoint }: RunRecord, id: string) {
  const dependencies = entrypoint === undefined ? [] : [{ name: "entrypoint", digest: entrypoint }];
  return { id, version: { baton: version }, ...unlessEmpty("builderDependencies", dependencies) };
}

const unlessEmpty = <K extends string, T extends object>(key: K, value: T): { readonly [P in K]?: T } =>
  Object.keys(value).length === 0 ? {} : ({ [key]: value } as { readonly [P in K]?: T });
