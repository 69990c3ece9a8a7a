// Debian packages, out of dpkg's records of them.

import type { Component } from "./component.ts";

/** Of one record or several, with a blank line between. */
export const debianComponents = (records: string): readonly Component[] =>
  records
    .split(/\n\n+/)
    .filter((record) => record.trim() !== "")
    .map(component);

/** Of the libraries, by their source package; build tools and documentation of the same source may have others. */
const LICENSES: readonly (readonly [RegExp, string])[] = [
  [/^glibc$/, "LGPL-2.1-or-later"],
  [/^gcc-\d+(-cross)?$/, "GPL-3.0-or-later WITH GCC-exception-3.1"],
  [/^musl$/, "MIT"],
  [/^openssl$/, "Apache-2.0"],
];

function component(record: string): Component {
  const field = (name: string) => new RegExp(`^${name}: *(\\S+)`, "m").exec(record)?.[1];
  const [name = "", version = "", architecture = ""] = ["Package", "Version", "Architecture"].map(field);
  const source = field("Source") ?? name;
  const qualifiers = `arch=${architecture}${source === name ? "" : `&upstream=${encodeURIComponent(source)}`}`;
  return {
    kind: "library",
    name,
    version,
    architecture,
    license: LICENSES.find(([pattern]) => pattern.test(source))?.[1] ?? "NOASSERTION",
    supplier: "Organization: Debian",
    summary: `Debian's ${name}, of the source package ${source}`,
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${qualifiers}`,
  };
}
