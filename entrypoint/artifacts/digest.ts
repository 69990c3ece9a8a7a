// The immutable reference of what is at a path: where it came from, what it hashes to, how large it is.

import { StepFault } from "../endings/fault.ts";
import type { Cancel, Host } from "../host.ts";
import {
  type ArtifactReference,
  beneath,
  beneathTop,
  type DigestSet,
  gitFile,
  linksFile,
  listFile,
} from "../protocol/index.ts";
import { checkoutAt } from "./checkout.ts";
import { attempt, attemptDigest, invalid } from "./faults.ts";
import { writeList, writeLists } from "./lists.ts";
import { entriesBelow, gitEntries } from "./tree.ts";

interface Located {
  readonly name: string;
  readonly path: string;
}

/** What a directory's digests are made of is left in `metadata`. Throws StepFault where there is no digest. */
export async function digestOf(
  host: Host,
  { name, path }: Located,
  metadata: string,
  cancel: Cancel,
): Promise<ArtifactReference & { readonly size: number }> {
  const type = attempt(name, () => host.stat(beneathTop(path)))?.type;
  if (type === undefined) throw new StepFault("ArtifactMissing", `artifact "${name}": there is no ${path}`);
  if (type === "file") {
    const { sha256, size } = await attemptDigest(name, host.digest(beneathTop(path), cancel));
    return { digest: { sha256 }, uri: fileUri(path), size };
  }
  if (type !== "directory") throw invalid(name, `${path} is neither a file nor a directory`);
  const files = { list: listFile(metadata, name), links: linksFile(metadata, name) };
  const { size, hasLinks } = await writeLists(host, entriesBelow(host, name, path, cancel), files);
  const git = gitFile(metadata, name);
  const hasGit = await writeList(host, gitEntries(host, name, path, cancel), git);
  const checkout = attempt(name, () => checkoutAt(host, path));
  const hashOf = async (list: string) => (await host.digest(beneath(list, 3), cancel)).sha256;
  const digest: DigestSet = {
    dirHash: await hashOf(files.list),
    ...(hasLinks ? { dirLinks: await hashOf(files.links) } : {}),
    ...(hasGit ? { dirGit: await hashOf(git) } : {}),
    ...(checkout?.commit === undefined ? {} : { gitCommit: checkout.commit }),
  };
  return { digest, uri: checkout?.uri ?? fileUri(path), size };
}

export const fileUri = (path: string): string =>
  `file://${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`;
