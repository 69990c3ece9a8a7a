// Is this what a statement is about, who says so, and is it what was expected? Answers in words; only what the user has
// written wrongly is thrown.

import type { KeyObject } from "node:crypto";
import { digestText } from "../../entrypoint/protocol/index.ts";
import type { ResourceDescriptor } from "../provenance/descriptor.ts";
import { type Claims, claimsOf } from "./claims.ts";
import { type Enveloped, readEnvelopes } from "./envelope.ts";
import { type Match, matchImage, matchPath } from "./found.ts";
import { breaches, type Policy } from "./policy.ts";
import { isSignedBy, nameOf } from "./signature.ts";

export interface Question {
  readonly statement: { readonly text: string; readonly file: string };
  readonly key: { readonly key: KeyObject; readonly file: string };
  readonly policy: Policy;
  /** Files and directories. */
  readonly paths: readonly string[];
  /** By the names that registries know them by, or `oci:DIR`. */
  readonly images: readonly string[];
  readonly signal: AbortSignal;
}

export interface Verdict {
  readonly verified: boolean;
  /** Sentences: what is not so. */
  readonly faults: readonly string[];
  /** Of statements that are signed and as expected. */
  readonly statements: readonly Verified[];
  readonly matches: readonly Match[];
}

export interface Verified {
  readonly key: string;
  readonly predicateType: string;
  readonly builderId?: string;
  readonly invocation?: string;
  readonly subjects: readonly ResourceDescriptor[];
}

export async function verify(question: Question): Promise<Verdict> {
  const { statement, key, signal } = question;
  const read = readEnvelopes(statement.text, statement.file);
  if (read.kind === "refused") return refused([read.why]);
  const judged = read.envelopes.map((one) => judge(one, question, read.envelopes.length));
  const good = judged.flatMap((one) => ("claims" in one ? [one.claims] : []));
  const bad = judged.flatMap((one) => ("faults" in one ? one.faults : []));
  if (good.length === 0) return refused([...new Set(bad)].slice(0, MOST_FAULTS));
  const subjects = good.flatMap((one) => one.subjects);
  const matches: Match[] = [];
  for (const path of question.paths) matches.push(await matchPath(path, subjects));
  for (const image of question.images) matches.push(await matchImage(image, subjects, signal));
  const faults = matches.flatMap(({ why }) => why ?? []);
  const name = `${nameOf(key.key)}, by the key of ${key.file}`;
  return { verified: faults.length === 0, faults, statements: good.map((one) => told(one, name)), matches };

  function refused(why: readonly string[]): Verdict {
    return { verified: false, faults: why, statements: [], matches: [] };
  }
}

const MOST_FAULTS = 20;

type Judged = { readonly claims: Claims } | { readonly faults: readonly string[] };

function judge(envelope: Enveloped, { statement, key, policy }: Question, count: number): Judged {
  const place = count > 1 ? `${statement.file}:${envelope.line}` : statement.file;
  if (!isSignedBy(envelope, key.key))
    return { faults: [`${place} is not signed by the key of ${key.file}, or was changed since`] };
  const claims = claimsOf(envelope);
  if (typeof claims === "string") return { faults: [`${place} ${claims}`] };
  const faults = breaches(claims, policy);
  return faults.length === 0 ? { claims } : { faults: faults.map((one) => `${place}: ${one}`) };
}

const told = ({ subjects, predicateType, provenance }: Claims, key: string): Verified => ({
  key,
  predicateType,
  ...(provenance === undefined ? {} : { builderId: provenance.builderId }),
  ...(provenance?.invocation === undefined ? {} : { invocation: provenance.invocation }),
  subjects,
});

/** For people: what was found, and then one line that says whether it is so. */
export function verdictText({ verified, faults, statements, matches }: Verdict): string {
  const lines = [
    ...statements.flatMap(({ key, builderId, invocation }) => [
      `signed    ${key}`,
      ...(builderId === undefined
        ? []
        : [`built by  ${builderId}${invocation ? `, run ${invocation}` : ""}`]),
    ]),
    ...matches.flatMap(({ what, subject, digest }) =>
      subject === undefined
        ? []
        : [`is so     ${what} is ${subject.name ?? subject.uri ?? "a subject"} (${digest})`],
    ),
    ...(matches.length === 0 ? statements.flatMap(({ subjects }) => subjects.map(about)) : []),
    ...faults.map((fault) => `not so    ${fault}`),
  ];
  const end = verified
    ? matches.length === 0
      ? "the statement is verified; nothing was compared with it: name the files"
      : "verified"
    : "not verified";
  return `${[...lines, end].map((line) => line.replaceAll("\n", "\\n")).join("\n")}\n`;
}

const about = ({ name, uri, digest = {} }: ResourceDescriptor): string =>
  `about     ${name ?? uri ?? "a subject"} (${digestText(digest)})`;
