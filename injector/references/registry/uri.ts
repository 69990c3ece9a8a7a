// Images as package URLs, in the form that BuildKit gives them in its provenance.

import { parseImage } from "./reference.ts";

/** `pkg:docker/alpine@3.17?platform=linux%2Famd64`; what is pinned has its digest in place of a tag. */
export function imageUri(image: string, platform?: string): string {
  const { registry = "", repository = image, reference = "" } = parseImage(image) ?? {};
  const path = HUB.test(registry) ? repository.replace(/^library\//, "") : `${registry}/${repository}`;
  const isDigest = reference.includes(":");
  const qualifiers = [
    ...(isDigest ? [`digest=${reference}`] : []),
    ...(platform === undefined ? [] : [`platform=${encodeURIComponent(platform)}`]),
  ];
  const version = isDigest || reference === "" ? "" : `@${reference}`;
  const name = path.split("/").map(encodeURIComponent).join("/");
  return `pkg:docker/${name}${version}${qualifiers.length === 0 ? "" : `?${qualifiers.join("&")}`}`;
}

const HUB = /^((registry-1\.|index\.)?docker\.io)?$/;
