// `make images`: writes each image as dist/images/NAME, an OCI layout, and as one archive beside it.

import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { batonImage, type Program } from "../baton.ts";
import { entrypointImage } from "../entrypoint.ts";
import { archive, type Layout } from "../oci.ts";
import type { Entry } from "../tar.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
const architectures = ["amd64", "arm64"];
const own = process.arch === "x64" ? "amd64" : process.arch;
const target = process.argv[2] ?? "dist/images";

const entrypoints = Object.fromEntries(
  architectures.map((name) => [name, readFileSync(`dist/linux-${name}/entrypoint`)]),
);
write("entrypoint", entrypointImage(entrypoints, version));
write("baton", batonImage(architectures.map(program), entrypoints, version));

// --- Internal helpers ---

function program(architecture: string): Program {
  const notice = { name: "usr/share/doc/node/copyright", mode: 0o644 };
  return {
    architecture,
    executable: readFileSync(`build/images/${architecture}/baton`),
    libraries: filesBelow(`build/images/${architecture}/libraries`),
    notices: [{ ...notice, content: readFileSync(`build/node/${architecture}/LICENSE`) }],
  };
}

function filesBelow(folder: string): readonly Entry[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.flatMap((name): readonly Entry[] => {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) return [];
    if (status.isSymbolicLink()) return [{ name, mode: 0o777, link: readlinkSync(path) }];
    return [{ name, mode: (status.mode & 0o111) === 0 ? 0o644 : 0o755, content: readFileSync(path) }];
  });
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
