// What one has in hand, by its digest, and whether a statement is about that.

import { realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type DigestSet, digestText } from "../../entrypoint/protocol/index.ts";
import { digestBeneath, FILE_ALGORITHMS } from "../beneath/digest.ts";
import type { ResourceDescriptor } from "../provenance/descriptor.ts";
import { openImage } from "../references/registry/open.ts";
import { ResolverError } from "../references/resolver.ts";
import { whyNotCommit } from "./checkout.ts";

export interface Match {
  /** As it was named. */
  readonly what: string;
  /** Its subject; absent where there is none. */
  readonly subject?: ResourceDescriptor;
  /** `sha256:…`; absent where it has none. */
  readonly digest?: string;
  /** Where there is no subject: a sentence. */
  readonly why?: string;
}

/** A file, a directory, or a git checkout, where a statement is about its commit alone. */
export async function matchPath(path: string, subjects: readonly ResourceDescriptor[]): Promise<Match> {
  const found = digestAt(path);
  if (found.kind === "absent") return { what: path, why: `there is no ${path}` };
  if (found.kind === "refused") return { what: path, why: `${path} ${found.why}` };
  const match = matched(path, found.digest, subjects);
  if (match.subject !== undefined || found.kind === "file") return match;
  for (const subject of subjects.filter(({ digest = {} }) => digest["gitCommit"] !== undefined)) {
    const commit = subject.digest?.["gitCommit"] ?? "";
    const why = await whyNotCommit(path, commit);
    if (why === undefined) return { what: path, subject, digest: `gitCommit:${commit}` };
    return { ...match, why: `${path} ${why}` };
  }
  return match;
}

/** The way to it is the user's; what it is itself is no link. */
function digestAt(path: string): ReturnType<typeof digestBeneath> {
  try {
    return digestBeneath(realpathSync(dirname(path)), basename(path));
  } catch {
    return { kind: "absent" };
  }
}

/** By the digest of its manifest, or of the index of several. */
export async function matchImage(
  name: string,
  subjects: readonly ResourceDescriptor[],
  signal: AbortSignal,
): Promise<Match> {
  try {
    const { store, reference } = openImage(name, signal);
    const { digest } = await store.manifest(reference);
    return matched(name, { sha256: digest.replace(/^sha256:/, "") }, subjects);
  } catch (error) {
    if (error instanceof ResolverError) return { what: name, why: `the image ${name}: ${error.message}` };
    throw error;
  }
}

function matched(what: string, digest: DigestSet, subjects: readonly ResourceDescriptor[]): Match {
  const subject = subjects.find((one) => isSame(one.digest ?? {}, digest));
  const text = digestText(digest);
  if (subject !== undefined) return { what, subject, digest: text };
  return { what, digest: text, why: whyNot(what, text, digest, subjects) };
}

/** Of the algorithms that a statement may have; weaker ones vouch for nothing. */
const COMPARED = [...FILE_ALGORITHMS, "dirHash", "dirLinks", "dirGit"];

/** In all that both have, of which there is one; links and git's configuration that were not there are a difference. */
function isSame(stated: DigestSet, found: DigestSet): boolean {
  const both = COMPARED.filter((algorithm) => stated[algorithm] !== undefined);
  const added = ["dirLinks", "dirGit"].some(
    (algorithm) => found[algorithm] !== undefined && stated[algorithm] === undefined,
  );
  return both.length > 0 && !added && both.every((algorithm) => stated[algorithm] === found[algorithm]);
}

/** A subject of the same name is what was meant. */
function whyNot(
  what: string,
  text: string,
  digest: DigestSet,
  subjects: readonly ResourceDescriptor[],
): string {
  const own = basename(what);
  const meant =
    subjects.find(({ name = "", uri = "" }) => basename(name) === own || basename(uri) === own) ??
    (subjects.length === 1 ? subjects[0] : undefined);
  if (meant === undefined) return `${what} (${text}) is none of the ${subjects.length} subjects`;
  const stated = meant.digest ?? {};
  const difference = COMPARED.find((one) => stated[one] !== undefined && stated[one] !== digest[one]);
  const is = difference === undefined ? text : `${difference}:${digest[difference] ?? "none"}`;
  const not = difference === undefined ? digestText(stated) : `${difference}:${stated[difference] ?? "none"}`;
  return `${what} is not what was built: it has ${is}, and ${meant.name ?? meant.uri ?? "the subject"} had ${not}`;
}
