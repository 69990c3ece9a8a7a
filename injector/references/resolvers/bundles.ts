// resolver: bundles. A Task or Pipeline out of a Tekton bundle: an image whose layers each hold one object, named by
// annotations. `oci:DIR` reads a directory in OCI's layout in place of a registry (ours).

import { gunzipSync } from "node:zlib";
import { MOST_BYTES } from "../peer.ts";
import type { Descriptor } from "../registry/client.ts";
import { openImage } from "../registry/open.ts";
import { firstFile } from "../registry/tar.ts";
import { type Resolver, ResolverError } from "../resolver.ts";

export const bundles: Resolver = {
  name: "bundles",
  required: ["bundle", "name"],
  optional: ["kind", "serviceAccount", "secret", "cache"],
  async fetch(params, { kind: wanted, pin, signal }) {
    const { bundle = "", name = "", kind = wanted.toLowerCase() } = params;
    const { store, reference } = openImage(bundle, signal);
    const manifest = await store.manifest(pin?.["digest"] ?? reference);
    if (manifest.manifests !== undefined)
      throw new ResolverError(`${bundle} is an index of several images`, "refer to one of them by digest");
    const layer = manifest.layers.find(({ annotations = {} }) => matches(annotations, name, kind));
    if (layer === undefined) throw missing(bundle, name, kind, manifest.layers);
    const content = await store.blob(layer.digest);
    const file = firstFile(isGzip(content) ? unpacked(content, bundle) : content);
    if (file === undefined)
      throw new ResolverError(`${bundle}: the layer of ${kind} "${name}" is empty`, "push the bundle again");
    return {
      text: file.toString("utf8"),
      source: `${bundle}#${kind}/${name}`,
      pin: { digest: manifest.digest },
    };
  },
};

const NAME = "dev.tekton.image.name";
const KIND = "dev.tekton.image.kind";

const matches = (annotations: Readonly<Record<string, string>>, name: string, kind: string): boolean =>
  annotations[NAME] === name && annotations[KIND]?.toLowerCase() === kind.toLowerCase();

const isGzip = (content: Buffer): boolean => content[0] === 0x1f && content[1] === 0x8b;

/** A few kilobytes can become gigabytes. */
function unpacked(content: Buffer, bundle: string): Buffer {
  try {
    return gunzipSync(content, { maxOutputLength: MOST_BYTES });
  } catch {
    throw new ResolverError(
      `a layer of ${bundle} cannot be unpacked, or becomes more than ${MOST_BYTES} bytes`,
      "push the bundle again",
    );
  }
}

function missing(bundle: string, name: string, kind: string, layers: readonly Descriptor[]): ResolverError {
  const there = layers.flatMap(({ annotations }) =>
    annotations?.[NAME] ? [`${annotations[KIND]}/${annotations[NAME]}`] : [],
  );
  return new ResolverError(
    `${bundle} holds no ${kind} "${name}"`,
    `it holds ${there.join(", ") || "nothing"}`,
  );
}
