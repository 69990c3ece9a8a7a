// What a reference led to, for the record of a run: by a URI that lets nobody in, and by what pins it.

import { withoutCredentials } from "../../../entrypoint/protocol/index.ts";
import type { SourceRecord } from "../../documents/source.ts";
import type { LockEntry } from "../lock.ts";
import { imageUri } from "../registry/uri.ts";

export function sourceOf({ resolver, params, pin, sha256 }: LockEntry): SourceRecord {
  const digest = { sha256 };
  const { url = "", pathInRepo = "", bundle = "", name = "" } = params;
  const place = withoutCredentials(url);
  if (resolver === "bundles") {
    const [algorithm = "", hex = ""] = (pin["digest"] ?? "").split(":");
    const uri = bundle.startsWith("oci:") ? bundle : imageUri(bundle);
    return { name, digest, ...(hex === "" ? {} : { origin: { uri, digest: { [algorithm]: hex } } }) };
  }
  if (resolver === "hub")
    return { name, uri: place ?? ["hub", name, pin["version"] ?? ""].join(":"), digest };
  if (resolver !== "git") return { name: place ?? resolver, ...(place && { uri: place }), digest };
  return ofGit(place, pathInRepo, pin["commit"], digest);
}

function ofGit(
  place: string | undefined,
  pathInRepo: string,
  gitCommit: string | undefined,
  digest: SourceRecord["digest"],
): SourceRecord {
  if (place === undefined || gitCommit === undefined) return { name: pathInRepo, digest };
  const uri = `git+${place}`;
  return {
    name: pathInRepo,
    uri: `${uri}@${gitCommit}#${pathInRepo}`,
    digest,
    origin: { uri, digest: { gitCommit } },
  };
}
