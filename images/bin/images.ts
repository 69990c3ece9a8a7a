// `make images`: writes each image as dist/images/NAME, an OCI layout, as one archive beside it, and what it is made of
// as NAME.spdx.json.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { batonImage, type Program } from "../baton.ts";
import { entrypointImage } from "../entrypoint.ts";
import { entrypointOf, materialsOf, programOf, version } from "../materials.ts";
import { archive, type Layout, type Manifest } from "../oci.ts";
import type { Component } from "../sbom/component.ts";
import { cliComponent, entrypointComponent, imageComponent } from "../sbom/parts.ts";
import { spdxDocument } from "../sbom/spdx.ts";

const architectures = ["amd64", "arm64"];
const own = process.arch === "x64" ? "amd64" : process.arch;
const target = process.argv[2] ?? "dist/images";

const entrypoints = Object.fromEntries(architectures.map((name) => [name, entrypointOf(name)]));
const programs = architectures.map(programOf);

const ofEntrypoint = billFor("baton-entrypoint", (architecture) => [entrypointPart(architecture)]);
const clis = new Map(programs.map((one) => [one.architecture, [cliPart(one)]]));
const ofBaton = billFor("baton", (architecture) => [
  ...(clis.get(architecture) ?? []),
  ...architectures.map(entrypointPart),
]);
write("entrypoint", entrypointImage(entrypoints, version, { sbom: ofEntrypoint.one }), ofEntrypoint.all);
write("baton", batonImage(programs, entrypoints, version, ofBaton.one), ofBaton.all);

type Bill = ReturnType<typeof spdxDocument>;

/** Each platform's image carries its own; the file beside is of all. */
function billFor(name: string, parts: (architecture: string) => readonly Component[]) {
  const image = ({ platform: { architecture }, descriptor: { digest } }: Manifest) =>
    imageComponent(name, version, architecture, digest, parts(architecture));
  return {
    one: (manifest: Manifest): Bill => spdxDocument(name, version, [image(manifest)]),
    all: ({ manifests }: Layout): Bill => spdxDocument(name, version, manifests.map(image)),
  };
}

function entrypointPart(architecture: string): Component {
  return entrypointComponent(entrypointOf(architecture), materialsOf(architecture));
}

function cliPart({ architecture, executable }: Program): Component {
  return cliComponent(executable, materialsOf(architecture));
}

function write(name: string, image: Layout, bill: (image: Layout) => Bill): void {
  const folder = `${target}/${name}`;
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of image.files) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, content);
  }
  const packed = archive(image, own);
  writeFileSync(`${folder}.spdx.json`, `${JSON.stringify(bill(image), undefined, 2)}\n`);
  writeFileSync(`${folder}.tar`, packed);
  console.log(`${folder}.tar: ${packed.length} bytes, ${image.digest}`);
}
