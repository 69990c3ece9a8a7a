// An SPDX 2.3 document of images and their parts. A component that is part of several is described once. Its date is
// the epoch and its namespace is its content's digest, so that the same parts are the same document.

import { digestOf } from "../blobs.ts";
import type { Component } from "./component.ts";

export function spdxDocument(name: string, version: string, images: readonly Component[]) {
  const packages = new Map<string, unknown>();
  const relationships = new Map<string, unknown>();
  const relate = (from: string, how: string, to: string) =>
    relationships.set(`${from} ${how} ${to}`, {
      spdxElementId: from,
      relationshipType: how,
      relatedSpdxElement: to,
    });
  const add = (component: Component): string => {
    const id = identifier(component);
    if (!packages.has(id)) packages.set(id, packageOf(id, component));
    for (const { how, component: part } of component.parts ?? []) relate(id, how, add(part));
    return id;
  };
  for (const image of images) relate(DOCUMENT, "DESCRIBES", add(image));
  const content = { packages: [...packages.values()], relationships: [...relationships.values()] };
  const digest = digestOf(Buffer.from(JSON.stringify(content))).replace(":", "-");
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name}-${version}-${digest}`,
    creationInfo: { created: "1970-01-01T00:00:00Z", creators: [`Tool: baton-images-${version}`] },
    ...content,
  };
}

const DOCUMENT = "SPDXRef-DOCUMENT";
const UNKNOWN = "NOASSERTION";
const PURPOSES = { image: "CONTAINER", file: "APPLICATION", library: "LIBRARY" } as const;

const identifier = ({ kind, name, version, architecture = "" }: Component): string =>
  `SPDXRef-${[kind, name, version, architecture].filter(Boolean).join("-")}`.replace(/[^A-Za-z0-9.-]+/g, "-");

const packageOf = (id: string, component: Component) => ({
  SPDXID: id,
  name: component.name,
  versionInfo: component.version,
  ...(component.summary === undefined ? {} : { summary: component.summary }),
  primaryPackagePurpose: PURPOSES[component.kind],
  supplier: component.supplier ?? UNKNOWN,
  // Which mirror or registry it came from is the builder's affair; purl and checksum say what it is.
  downloadLocation: UNKNOWN,
  filesAnalyzed: false,
  licenseDeclared: component.license,
  licenseConcluded: UNKNOWN,
  copyrightText: UNKNOWN,
  ...(component.digest === undefined
    ? {}
    : {
        checksums: [{ algorithm: component.digest.algorithm, checksumValue: component.digest.value }],
      }),
  ...(component.purl === undefined
    ? {}
    : {
        externalRefs: [
          {
            referenceCategory: "PACKAGE-MANAGER",
            referenceType: "purl",
            referenceLocator: component.purl,
          },
        ],
      }),
});
