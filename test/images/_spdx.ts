// What SPDX 2.3 asks of a document (clauses 6, 7 and 11 of the specification), as far as ours use it.

import type { spdxDocument } from "../../images/sbom/spdx.ts";

export type Spdx = ReturnType<typeof spdxDocument>;

interface Package {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly licenseDeclared: string;
  readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  readonly externalRefs?: readonly Readonly<Record<string, string>>[];
}

interface Relationship {
  readonly spdxElementId: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
}

export const packagesOf = (document: Spdx): readonly Package[] => document.packages as Package[];
export const relationshipsOf = (document: Spdx): readonly Relationship[] =>
  document.relationships as Relationship[];

/** One line for each rule that is broken. */
export function faults(document: Spdx): readonly string[] {
  const packages = packagesOf(document);
  const ids = [document.SPDXID, ...packages.map(({ SPDXID }) => SPDXID)];
  const head: readonly (readonly [string, boolean])[] = [
    ["6.1 version", document.spdxVersion === "SPDX-2.3"],
    ["6.2 licence of the data", document.dataLicense === "CC0-1.0"],
    ["6.3 identifier", document.SPDXID === "SPDXRef-DOCUMENT"],
    ["6.4 name", document.name !== ""],
    ["6.5 namespace", /^https:\/\/[^#\s]+$/.test(document.documentNamespace)],
    [
      "6.8 creator",
      document.creationInfo.creators.every((one) => /^(Tool|Organization|Person): \S/.test(one)),
    ],
    ["6.9 created", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(document.creationInfo.created)],
    ["identifiers are unique", new Set(ids).size === ids.length],
    ["11.1 DESCRIBES", relationshipsOf(document).some((one) => one.relationshipType === "DESCRIBES")],
  ];
  const links = relationshipsOf(document).flatMap(({ spdxElementId, relatedSpdxElement }) =>
    [spdxElementId, relatedSpdxElement].filter((id) => !ids.includes(id)).map((id) => `11.1 unknown ${id}`),
  );
  const related = new Set(relationshipsOf(document).map(({ relatedSpdxElement }) => relatedSpdxElement));
  const loose = packages.filter(({ SPDXID }) => !related.has(SPDXID)).map(({ SPDXID }) => `loose ${SPDXID}`);
  const broken = head.filter(([, kept]) => !kept).map(([rule]) => rule);
  return [...broken, ...links, ...loose, ...packages.flatMap(faultsOf)];
}

const DIGITS: Readonly<Record<string, number>> = { SHA256: 64, SHA512: 128 };

function faultsOf(one: Package): readonly string[] {
  const fields = one as unknown as Readonly<Record<string, unknown>>;
  const rules: readonly (readonly [string, boolean])[] = [
    ["7.1 name", one.name !== ""],
    ["7.2 identifier", /^SPDXRef-[A-Za-z0-9.-]+$/.test(one.SPDXID)],
    ["7.3 version", one.versionInfo !== ""],
    ["7.5 supplier", /^(NOASSERTION|(Organization|Person): .+)$/.test(String(fields["supplier"]))],
    ["7.7 download location", fields["downloadLocation"] === "NOASSERTION"],
    ["7.8 files analyzed", fields["filesAnalyzed"] === false],
    [
      "7.10 checksum",
      (one.checksums ?? []).every(({ algorithm, checksumValue }) => isHex(checksumValue, DIGITS[algorithm])),
    ],
    ["7.21 package URL", (one.externalRefs ?? []).every(isPackageUrl)],
    [
      "7.24 purpose",
      ["APPLICATION", "CONTAINER", "LIBRARY"].includes(String(fields["primaryPackagePurpose"])),
    ],
  ];
  return rules.filter(([, kept]) => !kept).map(([rule]) => `${one.SPDXID}: ${rule}`);
}

const isHex = (text: string, digits: number | undefined): boolean =>
  text.length === digits && /^[0-9a-f]+$/.test(text);

const isPackageUrl = (reference: Readonly<Record<string, string>>): boolean =>
  reference["referenceCategory"] === "PACKAGE-MANAGER" &&
  reference["referenceType"] === "purl" &&
  /^pkg:(npm\/(%40[\w.-]+\/)?|deb\/debian\/|generic\/)[\w.%-]+@[\w.%~-]+(\?[\w=&.%-]+)?$/.test(
    reference["referenceLocator"] ?? "",
  );
