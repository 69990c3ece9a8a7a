import { expect, test } from "vitest";
import { SPDX } from "../../images/attestation.ts";
import { entrypointImage } from "../../images/entrypoint.ts";
import { debianComponents } from "../../images/sbom/debian.ts";
import { npmComponents } from "../../images/sbom/npm.ts";
import { imageComponent } from "../../images/sbom/parts.ts";
import { spdxDocument } from "../../images/sbom/spdx.ts";
import { type Manifest, reader } from "./_layout.ts";
import { faults, packagesOf, relationshipsOf } from "./_spdx.ts";

const RECORDS = `Package: libstdc++6
Source: gcc-12
Version: 12.2.0-14+deb12u1
Architecture: arm64
Description: a library

Package: musl
Source: musl (1.2.3)
Version: 1:1.2.3-1
Architecture: arm64

`;
const LOCK = {
  packages: {
    "node_modules/@scope/one": { version: "1.0.0", license: "MIT", integrity: `sha512-${"A".repeat(86)}==` },
    "node_modules/two": { version: "2.0.0" },
    "node_modules/two/node_modules/three": { version: "3.0.0", license: "ISC" },
  },
};
const parts = [...npmComponents(Object.keys(LOCK.packages), LOCK), ...debianComponents(RECORDS)];
const image = (architecture: string, digest = `sha256:${"0".repeat(64)}`) =>
  imageComponent("demo", "1.2.3", architecture, digest, parts);
const document = (...architectures: readonly string[]) =>
  spdxDocument(
    "demo",
    "1.2.3",
    architectures.map((name) => image(name)),
  );

test("a bill of materials keeps the rules of SPDX 2.3", () => {
  expect(faults(document("amd64", "arm64"))).toEqual([]);
  const [one] = document("amd64").relationships;
  expect(faults({ ...document("amd64"), dataLicense: "", relationships: [one, one] })).toContain(
    "6.2 licence of the data",
  );
});

test("what is part of two images is described once", () => {
  const both = document("amd64", "arm64");
  expect(packagesOf(both).map(({ name, versionInfo }) => `${name} ${versionInfo}`)).toEqual([
    "demo 1.2.3",
    "@scope/one 1.0.0",
    "two 2.0.0",
    "three 3.0.0",
    "libstdc++6 12.2.0-14+deb12u1",
    "musl 1:1.2.3-1",
    "demo 1.2.3",
  ]);
  expect(
    relationshipsOf(both).filter(({ relationshipType }) => relationshipType === "CONTAINS"),
  ).toHaveLength(10);
});

test("packages are named as scanners look them up, with their licences", () => {
  const found = packagesOf(document("amd64")).slice(1);
  expect(found.map(({ externalRefs = [] }) => externalRefs[0]?.["referenceLocator"])).toEqual([
    "pkg:npm/%40scope/one@1.0.0",
    "pkg:npm/two@2.0.0",
    "pkg:npm/three@3.0.0",
    "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=arm64&upstream=gcc-12",
    "pkg:deb/debian/musl@1%3A1.2.3-1?arch=arm64",
  ]);
  expect(found.map(({ licenseDeclared }) => licenseDeclared)).toEqual([
    "MIT",
    "NOASSERTION",
    "ISC",
    "GPL-3.0-or-later WITH GCC-exception-3.1",
    "MIT",
  ]);
});

test("the same parts are the same document, other parts another", () => {
  expect(document("amd64")).toEqual(document("amd64"));
  expect(document("amd64").documentNamespace).not.toBe(document("arm64").documentNamespace);
});

test("a package that the lock file does not know is no guess", () => {
  expect(() => npmComponents(["node_modules/four"], LOCK)).toThrow("does not know node_modules/four");
});

test("it travels with the image: a statement about each platform's manifest", () => {
  const binaries = { amd64: Buffer.from("a"), arm64: Buffer.from("b") };
  const made = entrypointImage(binaries, "1.2.3", {
    sbom: ({ platform, descriptor }) =>
      spdxDocument("demo", "1.2.3", [image(platform.architecture, descriptor.digest)]),
  });
  const { index, blob } = reader(made);
  expect(index.manifests.map(({ platform }) => platform?.architecture)).toEqual([
    "amd64",
    "arm64",
    "unknown",
    "unknown",
  ]);
  index.manifests.slice(2).forEach((attestation, at) => {
    const subject = index.manifests[at]?.digest ?? "";
    expect(attestation.annotations).toEqual({
      "vnd.docker.reference.digest": subject,
      "vnd.docker.reference.type": "attestation-manifest",
    });
    const [layer] = blob<Manifest>(attestation).layers;
    expect(layer?.annotations).toEqual({ "in-toto.io/predicate-type": SPDX });
    const statement = blob<Statement>(layer);
    expect(statement).toMatchObject({ _type: "https://in-toto.io/Statement/v1", predicateType: SPDX });
    expect(statement.subject[0]?.digest).toEqual({ sha256: subject.slice("sha256:".length) });
    expect(faults(statement.predicate)).toEqual([]);
  });
});

interface Statement {
  readonly subject: readonly { readonly digest: Readonly<Record<string, string>> }[];
  readonly predicate: ReturnType<typeof spdxDocument>;
}
