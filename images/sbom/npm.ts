// npm packages that a bundle holds, as the lock file knows them.

import type { Component } from "./component.ts";

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  /** `sha512-` and base64. */
  readonly integrity?: string;
}

/** `folders` are keys of the lock file: `node_modules/…`. */
export const npmComponents = (folders: readonly string[], lock: LockFile): readonly Component[] =>
  folders.map((folder) => {
    const found = lock.packages[folder];
    if (found?.version === undefined) throw new Error(`package-lock.json does not know ${folder}`);
    return npmComponent(nameOf(folder), found.version, found.license, found.integrity);
  });

export function npmComponent(
  name: string,
  version: string,
  license: string | undefined,
  integrity: string | undefined,
): Component {
  const digest = integrity?.startsWith("sha512-")
    ? { algorithm: "SHA512" as const, value: Buffer.from(integrity.slice(7), "base64").toString("hex") }
    : undefined;
  return {
    kind: "library",
    name,
    version,
    license: license ?? "NOASSERTION",
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    ...(digest === undefined ? {} : { digest }),
  };
}

const nameOf = (folder: string): string =>
  folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
