// What make has left for the images, as it lies in build/ and dist/: executables, libraries, and what they were made
// from. Pins are read where the tools have them, so that a bill of materials cannot name others.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "./baton.ts";
import type { Component } from "./sbom/component.ts";
import { type LockFile, npmComponent, npmComponents } from "./sbom/npm.ts";
import type { Materials } from "./sbom/parts.ts";
import type { Entry } from "./tar.ts";

const STATUS = "var/lib/dpkg/status.d";
const ENTRYPOINT_PACKAGES = "build/programs/entrypoint/packages.json";
const CLI_PACKAGES = "build/cli.packages.json";

export const version: string = (json("package.json") as { readonly version: string }).version;

export const entrypointOf = (architecture: string): Uint8Array =>
  readFileSync(`dist/linux-${architecture}/entrypoint`);

export function programOf(architecture: string): Program {
  return {
    architecture,
    executable: readFileSync(`build/images/${architecture}/baton`),
    libraries: filesBelow(`build/images/${architecture}/libraries`),
    notices: noticesOf(architecture),
  };
}

export function materialsOf(architecture: string): Materials {
  const folder = `build/images/${architecture}`;
  const status = join(folder, "libraries", STATUS);
  const records = readdirSync(status).sort();
  return {
    version,
    architecture,
    quickjs: quickjs(),
    entrypointPackages: packagesIn(ENTRYPOINT_PACKAGES),
    linked: text(join(folder, "linked")),
    node: node(architecture),
    cliPackages: packagesIn(CLI_PACKAGES),
    loaded: records.map((name) => text(join(status, name))).join("\n\n"),
  };
}

function text(file: string): string {
  return readFileSync(file, "utf8");
}

function json(file: string): unknown {
  return JSON.parse(text(file));
}

/** Most licences ask that they come along. */
function noticesOf(architecture: string): readonly Entry[] {
  const packages = [ENTRYPOINT_PACKAGES, CLI_PACKAGES].flatMap((file) => json(file) as string[]);
  const files = new Map([
    ["node", `build/node/${architecture}/LICENSE`],
    ["quickjs", "build/quickjs/LICENSE"],
    ...packages.map((folder) => [documentationOf(folder), licenceIn(folder)] as const),
  ]);
  return [...files].map(([of, file]) => ({
    name: `usr/share/doc/${of}/copyright`,
    mode: 0o644,
    content: readFileSync(file),
  }));
}

const documentationOf = (folder: string): string =>
  folder.replace(/^.*node_modules\/@?/, "npm-").replace("/", "-");

function licenceIn(folder: string): string {
  const name = readdirSync(folder).find((file) => /^(?:(?:un)?licen[cs]e|copying)/i.test(file));
  if (name === undefined) throw new Error(`${folder} has no licence to ship`);
  return join(folder, name);
}

/** In an order that no file system decides. */
function filesBelow(folder: string): readonly Entry[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names.flatMap((name): readonly Entry[] => {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) return [];
    if (status.isSymbolicLink()) return [{ name, mode: 0o777, link: readlinkSync(path) }];
    return [{ name, mode: (status.mode & 0o111) === 0 ? 0o644 : 0o755, content: readFileSync(path) }];
  });
}

const packagesIn = (file: string): readonly Component[] =>
  npmComponents(json(file) as string[], json("package-lock.json") as LockFile);

function quickjs(): Component {
  const pins = text("entrypoint/native/toolchain/quickjs.sh");
  const release = pinned(/^archive=quickjs_([\d.]+)\.orig/m, pins);
  return {
    kind: "library",
    name: "quickjs",
    version: release,
    license: "MIT",
    summary: "QuickJS, Debian's copy of the released source",
    purl: `pkg:generic/quickjs@${release}`,
    digest: { algorithm: "SHA256", value: pinned(/^sha256=(\w+)$/m, pins) },
  };
}

function node(architecture: string): Component {
  const pins = text("images/toolchain/node.sh");
  const release = pinned(/^version=([\d.]+)$/m, pins);
  const name = pinned(new RegExp(`^${architecture}\\) name=(\\S+)`, "m"), pins);
  const value = pinned(new RegExp(`^${architecture}\\) name=\\S+ sha512=(\\w+)`, "m"), pins);
  const published = npmComponent(name, release, "MIT", undefined);
  const summary = `Node.js, as npm's ${name} carries it`;
  return { ...published, name: "node", architecture, summary, digest: { algorithm: "SHA512", value } };
}

function pinned(pattern: RegExp, pins: string): string {
  const found = pattern.exec(pins)?.[1];
  if (found === undefined) throw new Error(`no pin ${pattern}`);
  return found;
}
