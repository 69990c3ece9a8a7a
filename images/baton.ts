// The image of the CLI: one executable, what it links to, and the entrypoint beside it for every architecture.
// There is no shell in it and no package manager, and it runs as nobody.

import { dirname } from "node:path";
import { ENTRYPOINT_REPOSITORY } from "../entrypoint/protocol/index.ts";
import type { Binaries } from "./entrypoint.ts";
import { labels, NOBODY } from "./identity.ts";
import { type ImageConfig, imageLayout, type Layer, type Layout, type Sbom } from "./oci.ts";
import type { Entry } from "./tar.ts";

/** What is of one architecture, by its Go name. */
export interface Program {
  readonly architecture: string;
  readonly executable: Uint8Array;
  /** As they lie in the image. */
  readonly libraries: readonly Entry[];
  /** Licences of what the executable is made of. */
  readonly notices: readonly Entry[];
}

/** Every platform has the entrypoint for all of them: what is compiled here may run elsewhere. */
export function batonImage(
  programs: readonly Program[],
  entrypoints: Binaries,
  version: string,
  sbom?: Sbom,
): Layout {
  const platforms = programs.map(({ architecture, executable, libraries, notices }) => ({
    architecture,
    layers: [
      layer("what the CLI links to", [...SYSTEM, ...libraries]),
      layer("the entrypoint", entrypointFiles(entrypoints)),
      layer("the CLI", [...notices, { name: `${HOME}/baton`, mode: 0o555, content: executable }]),
    ],
  }));
  return imageLayout({
    reference: `${dirname(ENTRYPOINT_REPOSITORY)}/baton:${version}`,
    config: config(version),
    platforms,
    ...(sbom && { sbom }),
  });
}

/** The CLI looks for the entrypoint beside itself. */
const HOME = "opt/baton";

const config = (version: string): ImageConfig => ({
  User: NOBODY,
  Entrypoint: [`/${HOME}/baton`],
  WorkingDir: "/work",
  // Whatever user it runs as, there is a place for its cache; that of the host is of no use in here.
  Env: [`PATH=/${HOME}`, "HOME=/tmp"],
  Labels: labels("baton", "Turns Task and Pipeline YAML into something that runs.", version),
});

const text = (name: string, content: string): Entry => ({ name, mode: 0o644, content: Buffer.from(content) });

/** glibc looks here for names of users and hosts. */
const SYSTEM: readonly Entry[] = [
  text("etc/group", "root:x:0:\nnonroot:x:65532:\n"),
  text("etc/nsswitch.conf", "hosts: files dns\n"),
  text("etc/passwd", "root:x:0:0::/root:/sbin/nologin\nnonroot:x:65532:65532::/tmp:/sbin/nologin\n"),
  { name: "tmp", mode: 0o1777 },
  { name: "work", mode: 0o755 },
];

const entrypointFiles = (entrypoints: Binaries): readonly Entry[] =>
  Object.entries(entrypoints).map(([architecture, content]) => ({
    name: `${HOME}/linux-${architecture}/entrypoint`,
    mode: 0o555,
    content,
  }));

/** With the folders that hold the files, each before what is in it. */
function layer(what: string, files: readonly Entry[]): Layer {
  const named = new Set(files.map(({ name }) => name));
  const folders = new Set(files.flatMap(({ name }) => foldersOf(name)));
  const missing = [...folders].filter((name) => !named.has(name)).map((name) => ({ name, mode: 0o755 }));
  return { what, files: [...missing, ...files].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function foldersOf(name: string): readonly string[] {
  const folder = dirname(name);
  return folder === "." ? [] : [...foldersOf(folder), folder];
}
