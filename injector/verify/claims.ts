// What a statement says, whoever wrote it: in-toto's Statement (v1, v0.1), and in it SLSA's provenance (v1, v0.2).

import type { DigestSet } from "../../entrypoint/protocol/index.ts";
import { defined } from "../documents/defined.ts";
import { asRaw, isRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import type { ResourceDescriptor } from "../provenance/descriptor.ts";
import type { Enveloped } from "./envelope.ts";

export interface Claims {
  readonly subjects: readonly ResourceDescriptor[];
  readonly predicateType: string;
  /** Absent where it is no provenance of SLSA's. */
  readonly provenance?: Provenance;
}

export interface Provenance {
  readonly builderId: string;
  /** The run, as the builder calls it. */
  readonly invocation?: string;
  /** What the statement itself calls its source; absent where it has only dependencies. */
  readonly source?: ResourceDescriptor;
  /** With the source. */
  readonly dependencies: readonly ResourceDescriptor[];
  readonly params: Raw;
  readonly byproducts: readonly ResourceDescriptor[];
  /** When the build began, or "". */
  readonly at: string;
}

const MOST = 100_000;

/** What ends a sentence that begins with the file, where it says nothing that is known here. */
export function claimsOf({ payload, payloadType }: Enveloped): Claims | string {
  if (!/^application\/vnd\.in-toto(\.[\w.-]+)?\+json$/.test(payloadType))
    return `holds ${JSON.stringify(payloadType.slice(0, 100))}, and no statement of in-toto`;
  const statement = jsonIn(payload);
  const { _type, subject, predicateType, predicate } = statement;
  if (typeof _type !== "string" || !TYPES.includes(_type)) return "holds no statement of in-toto";
  if (typeof predicateType !== "string") return "holds a statement without predicateType";
  const subjects = descriptors(subject);
  if (subjects.length === 0) return "is about nothing that has a digest";
  if (subjects.length > MOST) return `has more than ${MOST} subjects`;
  const provenance = provenanceIn(predicateType, asRaw(predicate));
  return { subjects, predicateType, ...defined({ provenance }) };
}

const TYPES: readonly string[] = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

function jsonIn(payload: Buffer): Raw {
  try {
    return asRaw(JSON.parse(payload.toString("utf8")));
  } catch {
    return {};
  }
}

function provenanceIn(type: string, predicate: Raw): Provenance | undefined {
  if (type === "https://slsa.dev/provenance/v1") return inVersion1(predicate);
  return /^https:\/\/slsa\.dev\/provenance\/v0\.[12]$/.test(type) ? inVersion02(predicate) : undefined;
}

function inVersion1(predicate: Raw): Provenance {
  const definition = asRaw(predicate["buildDefinition"]);
  const details = asRaw(predicate["runDetails"]);
  const external = asRaw(definition["externalParameters"]);
  const dependencies = descriptors(definition["resolvedDependencies"]);
  const source = sourceIn(external, dependencies);
  const metadata = asRaw(details["metadata"]);
  return {
    builderId: textIn(asRaw(details["builder"]), "id") ?? "",
    ...defined({ source, invocation: textIn(metadata, "invocationId") ?? textIn(metadata, "invocationID") }),
    dependencies,
    byproducts: descriptors(details["byproducts"]),
    at: textIn(metadata, "startedOn") ?? "",
    params: [external["params"], external["inputs"]].find(isRaw) ?? external,
  };
}

/** `source` of slsa-github-generator, `workflow` of GitHub, whose digest is among the dependencies. */
function sourceIn(
  external: Raw,
  dependencies: readonly ResourceDescriptor[],
): ResourceDescriptor | undefined {
  const uri = textIn(asRaw(external["source"]), "uri") ?? textIn(asRaw(external["workflow"]), "repository");
  if (uri === undefined) return undefined;
  const isIt = (one: ResourceDescriptor) =>
    one.uri !== undefined && repositoryOf(one.uri) === repositoryOf(uri);
  return descriptors([external["source"]])[0] ?? dependencies.find(isIt) ?? { uri };
}

function inVersion02(predicate: Raw): Provenance {
  const invocation = asRaw(predicate["invocation"]);
  const metadata = asRaw(predicate["metadata"]);
  const uri = textIn(asRaw(invocation["configSource"]), "uri");
  const source = descriptors([invocation["configSource"]])[0] ?? (uri === undefined ? undefined : { uri });
  return {
    builderId: textIn(asRaw(predicate["builder"]), "id") ?? "",
    ...defined({
      source,
      invocation: textIn(metadata, "buildInvocationId") ?? textIn(metadata, "buildInvocationID"),
    }),
    dependencies: [...(source === undefined ? [] : [source]), ...descriptors(predicate["materials"])],
    byproducts: [],
    at: textIn(metadata, "buildStartedOn") ?? "",
    params: asRaw(invocation["parameters"]),
  };
}

/** A git repository by what all its names have in common: `git+`, a version behind `@`, `.git` and the scheme are left out. */
export const repositoryOf = (uri: string): string =>
  uri
    .replace(/^git\+/, "")
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/^[^/@]*@/, "")
    .replace(/@[^@]*$/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");

/** Those that have a digest; what else is in the list is nobody's to verify. */
function descriptors(list: unknown): readonly ResourceDescriptor[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST + 1).flatMap((one) => {
    const { name, uri, digest } = asRaw(one);
    const known = digestIn(digest);
    if (known === undefined) return [];
    return [{ ...textFields({ name, uri }), digest: known }];
  });
}

const textFields = (fields: Raw): Raw & { readonly name?: string; readonly uri?: string } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === "string"));

function digestIn(value: unknown): DigestSet | undefined {
  const texts = Object.entries(asRaw(value)).filter(([, hex]) => typeof hex === "string" && hex !== "");
  return texts.length === 0 ? undefined : (Object.fromEntries(texts) as DigestSet);
}

function textIn(map: Raw, name: string): string | undefined {
  const value = Object.hasOwn(map, name) ? map[name] : undefined;
  return typeof value === "string" ? value : undefined;
}
