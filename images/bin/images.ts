// `make images`: writes each image as dist/images/NAME, an OCI layout, and as one archive beside it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { entrypointImage } from "../entrypoint.ts";
import { archive, type Layout } from "../oci.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
const own = process.arch === "x64" ? "amd64" : process.arch;
const target = process.argv[2] ?? "dist/images";

write("entrypoint", entrypointImage(binaries(), version));

// --- Internal helpers ---

function binaries() {
  const names = ["amd64", "arm64"];
  return Object.fromEntries(names.map((name) => [name, readFileSync(`dist/linux-${name}/entrypoint`)]));
}

function write(name: string, image: Layout): void {
  const folder = `${target}/${name}`;
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of image.files) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, content);
  }
  const packed = archive(image, own);
  writeFileSync(`${folder}.tar`, packed);
  console.log(`${folder}.tar: ${packed.length} bytes, ${image.digest}`);
}
