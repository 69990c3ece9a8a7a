// What is said about an image travels beside it, as BuildKit has it: one more manifest in the index, for no platform,
// whose layer is an in-toto statement about the image's manifest. Engines skip it; `docker buildx imagetools` reads it.

import { addJson, type Descriptor, MEDIA, type Store } from "./blobs.ts";

export const SPDX = "https://spdx.dev/Document";

/** What stands in the index for it. */
export function addAttestation(store: Store, name: string, image: Descriptor, predicate: unknown) {
  const [algorithm = "", hex = ""] = image.digest.split(":");
  const statement = addJson(store, MEDIA.statement, {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name, digest: { [algorithm]: hex } }],
    predicateType: SPDX,
    predicate,
  });
  const config = addJson(store, MEDIA.config, {
    ...NOWHERE,
    config: {},
    rootfs: { type: "layers", diff_ids: [statement.digest] },
  });
  const manifest = addJson(store, MEDIA.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config,
    layers: [{ ...statement, annotations: { "in-toto.io/predicate-type": SPDX } }],
  });
  const annotations = {
    "vnd.docker.reference.digest": image.digest,
    "vnd.docker.reference.type": "attestation-manifest",
  };
  return { ...manifest, annotations, platform: NOWHERE };
}

const NOWHERE = { architecture: "unknown", os: "unknown" };
