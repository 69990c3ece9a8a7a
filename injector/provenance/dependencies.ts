// What a run was made of: the texts it was read from, images, checkouts, and data that it was given.

import type { ArtifactStatus, DigestSet } from "../../entrypoint/protocol/index.ts";
import { defined } from "../documents/defined.ts";
import type { SourceRecord } from "../documents/source.ts";
import type { ImageRecord, RunRecord } from "../record/record.ts";
import { imageUri } from "../references/registry/uri.ts";
import type { ResourceDescriptor } from "./descriptor.ts";
import { hintsOf } from "./hints.ts";
import { contentOf, distinct } from "./products.ts";

export const resolvedDependencies = (record: RunRecord): readonly ResourceDescriptor[] =>
  distinct([
    ...(record.request?.sources ?? []).flatMap(source),
    ...record.images.map(image),
    ...record.artifacts.flatMap(checkout),
    ...inputs(record),
    ...hintsOf(record).dependencies,
  ]);

const source = ({ name, uri, digest, origin }: SourceRecord): readonly ResourceDescriptor[] => [
  { name, ...defined({ uri }), digest },
  ...(origin === undefined ? [] : [origin]),
];

/** An image of no repository is known by the engine's id alone. */
function image({ image: name, platform, repository, digest }: ImageRecord): ResourceDescriptor {
  if (digest === undefined) return { name, uri: imageUri(name, platform) };
  if (repository === undefined) return { name, digest };
  const version = /(?::[^/:@]+)?(?:@.*)?$/.exec(name)?.[0] ?? "";
  return { name, uri: imageUri(repository + version, platform), digest };
}

/** `git+<url>` and the commit, where a step has checked something out. */
function checkout({ name, uri, digest }: ArtifactStatus): readonly ResourceDescriptor[] {
  const { gitCommit } = digest;
  if (gitCommit === undefined || !uri.startsWith("git+")) return [];
  return [{ name, uri: uri.replace(`@${gitCommit}`, ""), digest: { gitCommit } }];
}

/** Data that no step of the run has left. */
function inputs({ steps, artifacts }: RunRecord): readonly ResourceDescriptor[] {
  const given = steps.flatMap((step) => step.artifacts?.inputs ?? []);
  const isMade = (digest: DigestSet) => artifacts.some((one) => isSame(one.digest, digest));
  return given
    .filter(({ digest }) => !isMade(digest))
    .flatMap((one) => [{ name: one.name, uri: one.uri, digest: contentOf(one.digest) }, ...checkout(one)]);
}

const isSame = (one: DigestSet, other: DigestSet): boolean =>
  ["sha256", "dirHash"].some(
    (algorithm) => one[algorithm] !== undefined && one[algorithm] === other[algorithm],
  );
