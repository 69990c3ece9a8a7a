// What was expected of a statement, beside what it says.

import { isRaw } from "../documents/raw.ts";
import type { ResourceDescriptor } from "../provenance/descriptor.ts";
import { type Claims, type Provenance, repositoryOf } from "./claims.ts";

export interface Policy {
  /** Who must have built it, to the letter. */
  readonly builderId?: string;
  /** What it must have been built from: a repository, `repository@commit`, or `sha256:…` of anything. Each of them. */
  readonly sources: readonly string[];
  readonly params: readonly (readonly [name: string, value: string])[];
}

/** Sentences about what is not so; none where all is. */
export function breaches({ provenance, predicateType }: Claims, policy: Policy): readonly string[] {
  const asked = policy.builderId !== undefined || policy.sources.length + policy.params.length > 0;
  if (!asked) return [];
  if (provenance === undefined)
    return [`the statement is no provenance of SLSA's, but ${predicateType}: it names no builder`];
  return [
    ...builder(provenance, policy.builderId),
    ...policy.sources.flatMap((source) => sourced(provenance, source)),
    ...policy.params.flatMap(([name, value]) => param(provenance, name, value)),
  ];
}

function builder({ builderId }: Provenance, wanted: string | undefined): readonly string[] {
  if (wanted === undefined || wanted === builderId) return [];
  return [`it was built by ${builderId || "nobody that is named"}, not by ${wanted}`];
}

function sourced({ source, dependencies }: Provenance, wanted: string): readonly string[] {
  const digest = /^(\w+):([0-9a-f]{40,128})$/.exec(wanted);
  if (digest !== null) {
    const [, algorithm = "", hex = ""] = digest;
    if (dependencies.some((one) => one.digest?.[algorithm] === hex)) return [];
    return [`${wanted} is not among what it was built from`];
  }
  const [, repository = wanted, commit] = /^(.*)@([0-9a-f]{40,64})$/.exec(wanted) ?? [];
  const candidates = source === undefined ? dependencies : [source];
  const same = candidates.filter(
    ({ uri }) => uri !== undefined && repositoryOf(uri) === repositoryOf(repository),
  );
  if (same.length === 0) {
    const what = source?.uri === undefined ? "" : `, but from ${source.uri}`;
    return [`it was not built from ${repository}${what}`];
  }
  if (commit === undefined || same.some((one) => commitsOf(one).includes(commit))) return [];
  return [
    `it was built from ${repository} at ${commitsOf(same[0] ?? {}).join(", ") || "no commit that is named"}, not at ${commit}`,
  ];
}

/** GitHub's builders call a commit `sha1`. */
const commitsOf = ({ digest = {} }: ResourceDescriptor): readonly string[] =>
  ["gitCommit", "sha1"].flatMap((algorithm) => digest[algorithm] ?? []);

function param({ params }: Provenance, name: string, wanted: string): readonly string[] {
  if (!Object.hasOwn(params, name)) return [`it was built without a param "${name}"`];
  const value = params[name];
  const texts = textsOf(value);
  if (texts.includes(wanted)) return [];
  return [`its param "${name}" is ${shown(texts)}, not ${shown([wanted])}`];
}

/** In the words of `baton run -p`: text, `a,b` for an array, `k:v,k2:v2` for an object. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return [value.join(",")];
  if (!isRaw(value)) return [];
  const entries = Object.entries(value);
  return entries.every(([, one]) => typeof one === "string")
    ? [entries.map(([key, one]) => `${key}:${one}`).join(",")]
    : [];
}

const shown = ([text]: readonly string[]): string =>
  text === undefined ? "no text" : JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
