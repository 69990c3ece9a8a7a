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
  if (resolver !== "git") return { name: place ?? resolver, ...(place && { uri: place }), digest };
  const gitCommit = pin["commit"];
  if (place === undefined || gitCommit === undefined) return { name: pathInRepo, digest };
  const uri = `git+${place}`;
  return {
    name: pathInRepo,
    uri: `${uri}@${gitCommit}#${pathInRepo}`,
    digest,
    origin: { uri, digest: { gitCommit } },
  };
}
