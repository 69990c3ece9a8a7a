// `make images`: writes dist/images/entrypoint, an OCI layout, and the same as one archive.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { entrypointImage } from "./entrypoint.ts";
import { archive } from "./oci.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
const image = entrypointImage(
  {
    amd64: readFileSync("dist/linux-amd64/entrypoint"),
    arm64: readFileSync("dist/linux-arm64/entrypoint"),
  },
  version,
);
const target = "dist/images/entrypoint";
rmSync(target, { recursive: true, force: true });
for (const [name, content] of image.files) {
  mkdirSync(dirname(`${target}/${name}`), { recursive: true });
  writeFileSync(`${target}/${name}`, content);
}
const packed = archive(image);
writeFileSync(`${target}.tar`, packed);
console.log(`${target}.tar: ${packed.length} bytes, ${image.digest}`);
